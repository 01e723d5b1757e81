// A number's past: its formula, the survey's rows behind it, the numbers it was computed from, and where else it is
// printed. The data of all numbers comes with the first one that is asked for.
{
  const { make } = planbook;
  const FIRST = 50; // rows shown at once
  const single = "single" in document.documentElement.dataset;
  const FACT = ".fact[data-fact]";
  let box, title, body, back, trail = [];

  // "5-9,12" → 5 … 9, 12
  const lines = (ranges) => ranges.split(",").filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });

  const measured = (fact) => `${fact.display}${fact.unit ? ` ${fact.unit}` : ""}`;

  // What a number is, in words: its formula without counted rows, and of what was divided the two names
  function nameOf(fact) {
    const plain = (words) => words.replace(/（\d+行）|（[\w.]+）$/g, "").replace(/之和$/, "");
    const divided = fact.how.match(/^（(.+?)：[^：（）]*）÷（(.+?)：[^：（）]*）(.*)$/);
    if (!divided) return plain(fact.how);
    const [, a, b, rest] = divided;
    return rest.includes("100%") ? `${plain(a)}占${plain(b)}的比例` : `${plain(a)}与${plain(b)}之比`;
  }

  const part = (name, ...children) => make("section", {}, make("h3", {}, name), ...children);

  // One row as it was received: the community's name, the figure that went in, its cell
  function received(column, sheet, line) {
    const [name, cells] = sheet.rows[line] || ["", {}];
    const [cell, value] = cells[column] || [`第${line}行`, ""];
    return [name, value, cell];
  }

  function rows(trace, fact) {
    const all = fact.sources.flatMap(([number, ranges]) => lines(ranges).map((line) => [trace.sheets[number], line]));
    if (!all.length) return null;
    const [name, unit] = trace.columns[fact.column] || ["数值", ""];
    const valued = all.some(([sheet, line]) => received(fact.column, sheet, line)[1] !== ""); // not where rows are counted
    const heads = valued ? ["名称", unit ? `${name}（${unit}）` : name, "单元格"] : ["名称", "位置"];
    const row = ([named, value, cell]) => make("tr", {}, ...[named, ...(valued ? [value] : []), cell].map((words) => make("td", {}, words)));
    const list = make("div", { className: valued ? "panel-rows valued" : "panel-rows" });
    const show = (count) => {
      const groups = new Map();
      for (const [sheet, line] of all.slice(0, count)) groups.set(sheet, [...(groups.get(sheet) || []), line]);
      list.replaceChildren(...[...groups].map(([sheet, wanted]) => make("table", {},
        make("caption", {}, sheet.sheet ? `${sheet.file}，工作表“${sheet.sheet}”` : sheet.file),
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, ...wanted.map((line) => row(received(fact.column, sheet, line)))))));
      if (count < all.length) {
        list.append(make("button", { className: "close", type: "button", onclick: () => { show(all.length); list.focus(); } },
          `显示全部${all.length}行`));
      }
    };
    list.tabIndex = -1;
    show(FIRST);
    return part(`调查表中的${all.length}行`, list);
  }

  function computed(trace, fact) {
    if (!fact.of.length) return null;
    return part("由这些数字算得", make("ul", {}, ...fact.of.map((id) => {
      const other = trace.facts[id];
      if (!other) return make("li", {}, make("code", {}, id));
      return make("li", {}, make("button", { type: "button", onclick: () => visit(trace, id) }, measured(other)), make("span", {}, nameOf(other)));
    })));
  }

  function printed(fact) {
    const places = fact.used.map(([href, words]) => make("li", {}, make("a", { href: single ? href.replace(/^[^#]*/, "") : href,
      onclick: () => box.close() }, words)));
    return places.length ? part("印在这些地方", make("ul", {}, ...places)) : null;
  }

  function describe(trace, id) {
    const fact = trace.facts[id];
    title.textContent = fact ? measured(fact) : "没有记录";
    if (!fact) return body.replaceChildren(make("p", {}, "这个数字没有记录出处。"), make("p", {}, make("code", {}, id)));
    const notebook = !single && trace.notebooks[fact.notebook];
    const more = [fact.status === "有效" ? null : make("p", { className: "panel-doubt" }, fact.status),
      notebook ? make("p", {}, make("a", { href: notebook }, "查看计算过程")) : null];
    return body.replaceChildren(...[
      make("p", { className: "panel-name" }, nameOf(fact)),
      ...(fact.how === nameOf(fact) ? more : [part("算法", make("p", {}, fact.how), ...more)]),
      computed(trace, fact),
      fact.given.length ? part("取自", make("ul", {}, ...fact.given.map((words) => make("li", {}, words)))) : null,
      printed(fact), rows(trace, fact), part("编号", make("code", {}, id)),
    ].filter(Boolean));
  }

  function visit(trace, id) {
    trail.push(id);
    back.hidden = trail.length < 2;
    describe(trace, id);
    box.scrollTop = 0;
    title.focus();
  }

  function build() {
    title = make("h2", { id: "panel-title", tabIndex: -1 });
    body = make("div", { className: "panel-body" });
    back = make("button", { className: "close", type: "button", hidden: true }, "返回");
    box = planbook.dialog("panel", null, make("header", {}, back, planbook.closer(() => box)), title, body);
    box.setAttribute("aria-labelledby", "panel-title");
    box.addEventListener("close", () => { trail = []; });
  }

  async function open(id) {
    if (!box) build();
    back.hidden = true;
    title.textContent = "正在载入…";
    body.replaceChildren();
    box.showModal();
    title.focus();
    try {
      const trace = await planbook.load("trace.js", "planbookTrace");
      back.onclick = () => { trail.pop(); visit(trace, trail.pop()); };
      visit(trace, id);
    } catch {
      title.textContent = "查不到出处";
      body.replaceChildren(make("p", {}, single ? "这份单页文件不带数字的出处，请在网站版中查看。"
        : "记录出处的文件 trace.js 不在网页旁边，请连同整个文件夹一起复制。"));
    }
  }

  // -- by keyboard: each number of the text is a stop, a table is one stop and arrows lead through its numbers
  const all = document.querySelectorAll(`main ${FACT}`);
  const entered = new Set();
  for (const fact of all) {
    const table = fact.closest("table");
    fact.tabIndex = !table || !entered.has(table) ? 0 : -1;
    if (table) entered.add(table);
    fact.setAttribute("role", "button");
    fact.setAttribute("aria-haspopup", "dialog");
  }

  function neighbour(fact, key) {
    const facts = [...fact.closest("table").querySelectorAll(FACT)].filter((one) => one.offsetParent);
    const at = facts.indexOf(fact), column = fact.closest("td, th").cellIndex;
    if (key === "ArrowRight") return facts[at + 1];
    if (key === "ArrowLeft") return facts[at - 1];
    const below = (one) => one.closest("td, th").cellIndex === column;
    if (key === "ArrowDown") return facts.slice(at + 1).find(below);
    return facts.slice(0, at).findLast(below);
  }

  document.addEventListener("keydown", (event) => {
    const fact = event.target.closest?.(FACT);
    if (!fact) return;
    if (event.key === "Enter" || event.key === " ") open(fact.dataset.fact);
    else if (event.key.startsWith("Arrow") && fact.closest("table")) {
      const next = neighbour(fact, event.key);
      if (next) {
        fact.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const fact = event.target.closest(FACT);
    if (fact && getSelection().isCollapsed) {
      fact.focus();
      open(fact.dataset.fact);
    }
  });
  const hint = make("p", { className: "fact-hint" }, "点按带虚线的数字，可查看算法和出处。");
  if (all.length) document.querySelector("main h1").after(hint);
}
