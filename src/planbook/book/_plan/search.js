// Search over the whole book, in Chinese or by the initials of pinyin. The index comes at first use.
{
  const { make } = planbook;
  const MOST = 60, AROUND = 26;
  const single = "single" in document.documentElement.dataset;
  let box, input, said, found, hits = [], at = -1;

  // Entries are [page, anchor, title, chapter, text, initials]; the initials are as long as the text, letter by letter.
  function look(index, query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const out = [];
    for (const [order, [page, anchor, title, chapter, text, initials]] of index.entries()) {
      const places = words.map((word) => place(word, text, initials));
      if (!words.length || places.some((one) => !one)) continue;
      const inTitle = places.filter((one) => one.at < title.length).length;
      const rank = inTitle * 4 + places.filter((one) => one.exact).length;
      out.push({ page, anchor, title, chapter, text, places, row: together(words, text, initials), order, rank });
    }
    return out.sort((a, b) => b.rank - a.rank || a.order - b.order);
  }

  // Where a word stands: as it is written, else by its initials
  function place(word, text, initials) {
    const exact = text.toLowerCase().indexOf(word);
    if (exact >= 0) return { at: exact, length: word.length, exact: true };
    const spelt = /^[a-z0-9]{2,}$/.test(word) ? initials.indexOf(word) : -1;
    return spelt >= 0 && { at: spelt, length: word.length, exact: false };
  }

  // Of several words in a table, those of the row that has most of them, in doubt one that neither title nor head has;
  // those of the head only if no row has as much
  function together(words, text, initials) {
    if (words.length < 2 || !text.includes("\t")) return [];
    const body = text.indexOf("\n", text.indexOf("\t")) + 1 || text.length;
    const general = new Set(words.filter((word) => place(word, text.slice(0, body), initials.slice(0, body))));
    let best = [], most = 0, at = 0;
    for (const line of text.split("\n")) {
      const from = at;
      at += line.length + 1;
      if (!line.includes("\t")) continue;
      const here = words.map((word) => [word, place(word, line, initials.slice(from, at))]).filter(([, one]) => one);
      const score = here.reduce((sum, [word]) => sum + (general.has(word) ? 2 : 3), from < body ? -0.5 : 0);
      if (score > most) {
        most = score;
        best = here.map(([, one]) => ({ ...one, at: one.at + from }));
      }
    }
    return best;
  }

  function marked(text, from, to, places) {
    const out = [];
    let done = from;
    for (const { at: start, length } of [...places].sort((a, b) => a.at - b.at)) {
      if (start < done || start + length > to) continue;
      out.push(text.slice(done, start), make("mark", {}, text.slice(start, start + length)));
      done = start + length;
    }
    return [...out, text.slice(done, to)];
  }

  // Of a table: the row's name, and what was found in the row under its column's head
  function row({ text, places }, first) {
    const [heads, ...others] = text.split("\n").filter((line) => line.includes("\t")).map((line) => line.split("\t"));
    const start = text.lastIndexOf("\n", first) + 1;
    const line = text.slice(start).split("\n", 1)[0];
    if (!line.includes("\t")) return null;
    let at = start;
    const cells = line.split("\t").map((words) => ({ words, from: at, to: (at += words.length + 1) - 1 }));
    const name = cells.find(({ words }) => /[^\d\s.,%—–-]/.test(words)) || cells[0];
    const found = cells.filter(({ from, to }) => places.some((one) => one.at >= from && one.at + one.length <= to));
    const plain = others.length > 0 && start > text.indexOf("\t") && cells.length <= heads.length;
    const said = ({ from, to }) => {
      const hit = Math.min(...places.filter((one) => one.at >= from && one.at < to).map((one) => one.at), to);
      const begin = Math.max(from, hit - AROUND), end = Math.min(to, begin + 5 * AROUND);
      return [begin > from ? "…" : "", ...marked(text, begin, end, places), end < to ? "…" : ""];
    };
    const parts = found.filter((cell) => cell !== name).map((cell) => [plain ? `${heads[cells.indexOf(cell)]}：` : "", ...said(cell)]);
    return [...(found.length && !found.includes(name) ? [name.words] : said(name)), ...parts.flatMap((part) => ["　", ...part])];
  }

  function context(hit) {
    const { title, text, places } = hit;
    const body = hit.row.length ? hit.row : places.filter((one) => one.at >= title.length);
    const first = body.length ? Math.min(...body.map((one) => one.at)) : title.length + 1;
    const cells = body.length ? row({ text, places: body }, first) : null;
    if (cells) return cells;
    const from = Math.max(title.length + 1, first - AROUND);
    const to = Math.min(text.length, from + 4 * AROUND);
    if (!body.length && text.includes("\t")) return []; // a table's title says enough
    return [from > title.length + 1 ? "…" : "", ...marked(text, from, to, body), to < text.length ? "…" : ""];
  }

  // The browser itself goes to the words, and marks them, where it can; else to the section.
  function address({ page, anchor, title, text, places, row: [first] }) {
    const one = first || places.find((each) => each.at >= title.length);
    const words = one ? `:~:text=${encodeURIComponent(text.slice(one.at, one.at + one.length)).replace(/-/g, "%2D")}` : "";
    return `${single ? "" : page}#${anchor}${words}`;
  }

  function choose(number) {
    found.children[at]?.setAttribute("aria-selected", "false");
    at = hits.length ? (number + hits.length) % hits.length : -1;
    const option = found.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id); else input.removeAttribute("aria-activedescendant");
  }

  function show(index) {
    const all = look(index, input.value);
    hits = all.slice(0, MOST);
    found.replaceChildren(...hits.map((hit, number) => make("a", { id: `hit-${number}`, href: address(hit), role: "option",
      tabIndex: -1, "aria-selected": "false", onclick: () => box.close() },
    make("strong", {}, ...marked(hit.title, 0, hit.title.length, hit.places)), make("small", {}, hit.chapter),
    make("span", {}, ...context(hit)))));
    found.hidden = !hits.length;
    input.setAttribute("aria-expanded", hits.length > 0);
    if (!input.value.trim()) said.textContent = "输入词语，或拼音首字母，如“ljxq”；多个词以空格分开。";
    else if (!all.length) said.textContent = "没有找到。";
    else said.textContent = all.length > MOST ? `共${all.length}处，列出前${MOST}处。` : `共${all.length}处。`;
    choose(0);
  }

  function build() {
    input = make("input", { type: "search", placeholder: "搜索全书", autocomplete: "off", role: "combobox",
      "aria-label": "搜索全书", "aria-controls": "search-found", "aria-expanded": "false", "aria-autocomplete": "list" });
    said = make("p", { className: "search-said", role: "status" });
    found = make("div", { className: "search-found", id: "search-found", role: "listbox", "aria-label": "搜索结果", hidden: true });
    box = planbook.dialog("search", "搜索全书", make("div", { className: "search-line" }, input, planbook.closer(() => box)), said, found);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) choose(at + step);
      else if (event.key === "Enter") found.children[at]?.click();
      else if (event.key === "Escape") box.close(); // or the browser would empty the line first
      else return;
      event.preventDefault();
    });
  }

  async function open() {
    if (!box) build();
    box.showModal();
    input.select();
    if (input.oninput) return;
    said.textContent = "正在载入…";
    try {
      const index = await planbook.load("search-index.js", "planbookSearch");
      input.oninput = () => show(index);
      show(index);
    } catch {
      said.textContent = "搜索所用的文件 search-index.js 不在网页旁边，请连同整个文件夹一起复制。";
    }
  }

  document.querySelector(".bar-search").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
}
