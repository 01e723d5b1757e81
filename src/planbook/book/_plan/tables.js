// Lists can be sorted by a click on a column's head, long tables searched by words; totals stay at the foot. The longest
// stand in a box of whole rows.
{
  const { make } = planbook;
  const SORTED = 3, SEARCHED = 15, BOXED = 31; // rows from which on it helps; plan.css has the last one, too
  const LIST = /^(序号|位次|县（市）|单位)$/; // the first head of a table whose rows are of one kind
  const UNLIKE = /^(数值|限值)$/; // columns whose figures are of several kinds
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const text = (cell) => cell.textContent.trim();

  // 1,234.5、-3 or 12.5% as a number; NaN for words
  const number = (words) => Number(words.replace(/[,\s%]/g, "") || NaN);

  // the lowest head of each column; null where a head spans several down to the body
  function leaves(table) {
    const grid = [];
    for (const [r, row] of [...table.tHead.rows].entries()) {
      let c = 0;
      for (const cell of row.cells) {
        while (grid[r]?.[c]) c += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          for (let right = 0; right < cell.colSpan; right += 1) (grid[r + down] ||= [])[c + right] = cell;
        }
        c += cell.colSpan;
      }
    }
    return grid.at(-1).map((cell) => (cell.colSpan === 1 ? cell : null));
  }

  // words first to last, numbers as numbers, what is no figure at the end either way
  function sort(rows, column, down) {
    const keys = new Map(rows.map((row) => [row, text(row.cells[column])]));
    const numeric = rows.some((row) => !Number.isNaN(number(keys.get(row))))
      && rows.filter((row) => Number.isNaN(number(keys.get(row)))).length < rows.length / 2;
    const blank = (key) => key === "" || (numeric && Number.isNaN(number(key)));
    const compare = (a, b) => (numeric ? number(a) - number(b) : collator.compare(a, b));
    return [...rows].sort((a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      if (blank(x) || blank(y)) return blank(x) - blank(y);
      return down ? compare(y, x) : compare(x, y);
    });
  }

  function sortable(table, rows, rest) {
    const body = table.tBodies[0];
    const heads = leaves(table);
    for (const [column, head] of heads.entries()) {
      if (!head || head.dataset.order === "none" || UNLIKE.test(text(head))) continue;
      const button = make("button", { className: "sort", type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
        for (const other of heads) other?.removeAttribute("aria-sort");
        const order = next === undefined ? "ascending" : next;
        if (order) head.setAttribute("aria-sort", order);
        body.append(...(order ? sort(rows, column, order === "descending") : rows), ...rest);
      });
    }
  }

  function searchable(figure, rows, total) {
    const input = make("input", { type: "search", autocomplete: "off" });
    const said = make("span", { role: "status" }, `共${rows.length}行`);
    const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/);
      const shown = rows.filter((row) => {
        row.hidden = !wanted.every((word) => words.get(row).includes(word));
        return !row.hidden;
      });
      const note = total && shown.length < rows.length ? "，合计仍为全部行" : "";
      said.textContent = shown.length < rows.length ? `${shown.length}行，共${rows.length}行${note}` : `共${rows.length}行`;
    });
    const tools = make("div", { className: "plan-tools" }, said, make("label", {}, "筛选", input));
    figure.insertBefore(tools, figure.querySelector(".plan-scroll"));
  }

  // its lower edge never cuts through a row, before the reader moves it; at the end of the way its shadow goes
  function boxed(box, table) {
    const fit = () => {
      const foot = table.tFoot?.offsetHeight || 0;
      const ends = [...table.tBodies[0].rows].map((row) => row.offsetTop + row.offsetHeight);
      const last = ends.findLast((end) => end + foot <= 0.85 * innerHeight);
      if (last) box.style.setProperty("--box", `${last + foot + box.offsetHeight - box.clientHeight}px`);
    };
    const ended = () => box.classList.toggle("ended", box.scrollTop + box.clientHeight > box.scrollHeight - 4);
    box.addEventListener("scroll", ended, { passive: true });
    addEventListener("resize", fit);
    fit();
  }

  for (const table of document.querySelectorAll(".plan-scroll > table")) {
    if (!table.tHead || table.tBodies.length !== 1) continue;
    const all = [...table.tBodies[0].rows];
    const rows = all.filter((row) => !row.matches(".total") && row.textContent.trim());
    const rest = all.slice(rows.length);
    // merged rows, totals between others, or rows set in under another say that the order has a meaning
    const plain = rows.every((row, at) => row === all[at] && row.cells.length === rows[0].cells.length)
      && !rows.some((row) => row.cells[0].textContent.startsWith("\u3000"))
      && !table.tBodies[0].querySelector(":scope > tr:not(.total) > :is([rowspan], [colspan])");
    if (plain && rows.length >= SORTED && LIST.test(text(table.tHead.rows[0].cells[0]))) sortable(table, rows, rest);
    const figure = table.closest("figure");
    if (figure && plain && rows.length >= SEARCHED) searchable(figure, rows, rest.length > 0 || table.tFoot);
    if (figure && all.length >= BOXED) boxed(table.parentElement, table);
  }
}
