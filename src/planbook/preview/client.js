// Beside every page of a preview: loads it again at its place, and shows what stopped the build.
{
  const me = document.currentScript;
  const { page, token } = me.dataset;
  const KEY = `planbook-preview ${page}`;
  const BLOCKS = "main :is(h1, h2, h3, h4, p, li, tr, figcaption, summary)";

  // -- the place: the block at the top of the window by its words, else by its number, and the panel that is open
  const top = () => Math.max(0, document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0);
  const words = (block) => block.textContent.trim().slice(0, 120);

  function place() {
    const all = [...document.querySelectorAll(BLOCKS)];
    const number = all.findIndex((block) => block.getBoundingClientRect().bottom > top());
    const fact = document.querySelector("dialog.panel[open] code")?.textContent;
    if (number < 0) return { scroll: scrollY, fact };
    return { scroll: scrollY, fact, number, words: words(all[number]), at: all[number].getBoundingClientRect().top };
  }

  function find({ number, words: wanted }) {
    const all = [...document.querySelectorAll(BLOCKS)];
    const same = [...all.keys()].filter((one) => words(all[one]) === wanted);
    const near = same.sort((a, b) => Math.abs(a - number) - Math.abs(b - number))[0];
    return all[near ?? Math.min(number, all.length - 1)];
  }

  function comeBack(kept) {
    const block = kept.number >= 0 && kept.scroll > 0 ? find(kept) : null;
    const to = block ? scrollY + block.getBoundingClientRect().top - kept.at : kept.scroll;
    scrollTo({ top: to, behavior: "instant" });
  }

  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (kept) {
    history.scrollRestoration = "manual";
    comeBack(kept);
    addEventListener("load", () => comeBack(kept), { once: true }); // pictures have their height now
    addEventListener("pagehide", () => { history.scrollRestoration = "auto"; }); // not sooner: it would scroll back
    if (kept.fact) document.querySelector(`.fact[data-fact="${CSS.escape(kept.fact)}"]`)?.click();
  }

  // -- what goes on, above everything and apart from the page's own styles
  const host = document.createElement("planbook-preview");
  const root = host.attachShadow({ mode: "open" });
  document.documentElement.append(host);

  let shown = "";
  function show({ faults, busy }) {
    const now = JSON.stringify(faults.length ? faults : busy);
    if (now === shown) return; // an alert is read out once
    shown = now;
    root.innerHTML = `<style>
      :host { all: initial; }
      section, p { position: fixed; z-index: 2147483647; font: 15px/1.6 system-ui, "Microsoft YaHei", "PingFang SC", sans-serif; }
      section { inset: auto 0 0 0; max-height: 60vh; overflow: auto; box-sizing: border-box; padding: 14px 24px 18px;
        background: #fff6f4; color: #40100a; border-top: 4px solid #b3261e; box-shadow: 0 -6px 24px #0003; }
      h2 { margin: 0; font-size: 17px; } h3 { margin: 12px 0 2px; font-size: 15px; }
      pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
      p { right: 14px; bottom: 12px; margin: 0; padding: 3px 12px; border-radius: 3px; background: #333; color: #fff; font-size: 13px; }
      @media (prefers-color-scheme: dark) { section { background: #2b1512; color: #ffdad5; } }
      @media print { section, p { display: none; } }
    </style>`;
    if (faults.length) {
      const box = document.createElement("section");
      box.setAttribute("role", "alert");
      box.tabIndex = 0;
      const add = (tag, text) => { box.append(Object.assign(document.createElement(tag), { textContent: text })); };
      add("h2", "有错误，页面上仍是改动之前的内容");
      for (const [name, text] of faults) {
        add("h3", name);
        add("pre", text);
      }
      root.append(box);
    } else if (busy) {
      root.append(Object.assign(document.createElement("p"), { textContent: `正在更新：${busy}`, role: "status" }));
    }
  }

  const news = new EventSource(`/__preview__/events?${new URLSearchParams({ page, token })}`);
  news.addEventListener("state", (event) => show(JSON.parse(event.data)));
  news.addEventListener("reload", () => {
    news.close();
    sessionStorage.setItem(KEY, JSON.stringify(place()));
    location.reload();
  });
  addEventListener("pagehide", () => news.close());
}
