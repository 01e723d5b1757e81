// The page: the contents that fold, the place where the reader is, figures in full size. Without it everything is
// readable; what needs it is made or shown here.
{
  const { make } = planbook;
  document.documentElement.classList.add("scripted");

  // -- the bar and the book's contents
  const book = document.getElementById("book");
  const menu = document.querySelector(".bar-menu");
  const open = (wanted) => {
    book.classList.toggle("open", wanted);
    menu.setAttribute("aria-expanded", book.classList.contains("open"));
  };
  menu.hidden = document.querySelector(".bar-search").hidden = false;
  menu.addEventListener("click", () => open());
  book.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
  book.addEventListener("keydown", (event) => { if (event.key === "Escape") { open(false); menu.focus(); } });
  for (const [number, list] of book.querySelectorAll("ol ol").entries()) {
    const link = list.previousElementSibling;
    list.id = `book-${number}`;
    const fold = make("button", { className: "book-fold", type: "button", "aria-controls": list.id,
      "aria-expanded": !list.hidden, "aria-label": `${link.textContent}：各节` });
    fold.addEventListener("click", () => {
      list.hidden = !list.hidden;
      fold.setAttribute("aria-expanded", !list.hidden);
    });
    link.after(fold);
  }
  if (matchMedia("(max-width: 78rem)").matches) {
    for (const part of document.querySelectorAll(".toc details")) part.open = false;
  }

  // -- where the reader is
  const links = new Map();
  for (const link of document.querySelectorAll('.book ol ol a[href^="#"], .toc details:first-child a')) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, [...(links.get(target) || []), link]);
  }
  const targets = [...links.keys()].sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  let marked = [];
  const mark = () => {
    const passed = targets.filter((target) => target.getBoundingClientRect().top < 120);
    // the section, and the part of it
    const here = [passed.findLast((target) => target.matches(".level2")), passed.at(-1)].filter(Boolean);
    const now = [...new Set(here.flatMap((target) => links.get(target)))];
    for (const link of marked) link.removeAttribute("aria-current");
    for (const link of now) {
      link.setAttribute("aria-current", "location");
      const list = link.closest(".book, .toc");
      const { top, bottom } = link.getBoundingClientRect(), frame = list.getBoundingClientRect();
      if (top < frame.top || bottom > frame.bottom) list.scrollTop += top - frame.top - frame.height / 3;
    }
    marked = now;
  };
  let waiting = 0;
  addEventListener("scroll", () => { waiting ||= requestAnimationFrame(() => { waiting = 0; mark(); }); }, { passive: true });
  mark();

  // -- a wide table runs into the margin: the page's contents make room for it
  const toc = document.querySelector(".toc"), wide = document.querySelectorAll(".plan-wide");
  if (toc && wide.length) {
    const seen = new Set();
    const below = Math.max(0, innerHeight - toc.getBoundingClientRect().bottom);
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target);
      toc.classList.toggle("away", seen.size > 0);
    }, { rootMargin: `0px 0px -${below}px` });
    for (const figure of wide) watch.observe(figure);
  }

  // -- figures in full size
  let zoom;
  const show = (image, caption) => {
    const picture = make("img", { src: image.src, alt: image.alt });
    const view = make("div", { tabIndex: 0, role: "group", "aria-label": "图，可滚动" }, picture);
    const natural = image.naturalWidth;
    let scale = 1; // of the size in which all of it is seen
    const whole = () => Math.min(view.clientWidth - 16, (view.clientHeight - 16) * (natural / image.naturalHeight));
    const size = (by) => {
      scale = Math.min(6, Math.max(1, by ? scale * by : 1));
      picture.style.width = `${whole() * scale}px`;
    };
    const button = (text, by, keys) => make("button", { className: "close", type: "button", onclick: () => size(by),
      "aria-keyshortcuts": keys }, text);
    zoom?.remove();
    zoom = planbook.dialog("zoom", caption, make("header", {}, make("h2", {}, caption), button("放大", 1.5, "+"),
      button("缩小", 1 / 1.5, "-"), button("看全图", 0, "0"), planbook.closer(() => zoom)), view);
    zoom.addEventListener("keydown", (event) => {
      const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, "0": 0 }[event.key];
      if (by !== undefined) size(by);
    });
    zoom.showModal();
    size(natural / whole()); // a narrow window would show it no larger than the page
  };
  for (const figure of document.querySelectorAll(".plan-fig")) {
    const image = figure.querySelector("img");
    const caption = figure.querySelector("figcaption").textContent;
    const tools = figure.querySelector(".plan-tools") || figure.insertBefore(make("div", { className: "plan-tools" }), figure.firstChild);
    const button = make("button", { type: "button", "aria-haspopup": "dialog" }, "放大");
    button.addEventListener("click", () => show(image, caption));
    image.addEventListener("click", () => { button.focus(); show(image, caption); });
    tools.prepend(button);
  }
}
