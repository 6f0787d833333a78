// A block copied from a spreadsheet fills the figures from the cell in focus on, cell by cell as it is seen.
(() => {
  const grid = document.querySelector("table[data-grid]");
  const bar = document.getElementById("save-state");
  if (!grid || !bar) return;
  const words = document.getElementById("typing").dataset;
  const note = bar.appendChild(document.createElement("span"));
  let before = []; // [input, text] of the last paste, until the next edit

  // A cell ends with a tab or a line end; one that holds such itself stands in quotes.
  const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n?|\n|$)/g;
  function cells(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(CELL)) {
      rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
      if (!end) break;
      if (end !== "\t") rows.push([]);
    }
    return rows.at(-1).join("") ? rows : rows.slice(0, -1);
  }
  function put(input, text) {
    input.value = text;
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  function fill(input, typed) {
    if (!input) return false;
    const said = ({ text, value }) => [text.toLowerCase(), value].includes(typed.toLowerCase());
    const chosen = input.options && [...input.options].find(said);
    if (input.options && !chosen) return false;
    before.push([input, input.value]);
    put(input, chosen?.value ?? typed);
    input.classList.add("pasted");
    return true;
  }
  function forget() {
    for (const [input] of before) input.classList.remove("pasted");
    before = [];
    note.replaceChildren();
  }
  function undo() {
    for (const [input, text] of before) put(input, text);
    before[0][0].focus();
    forget();
  }

  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain"), block = cells(text);
    if (!event.target.matches("td:not(.beside) > *") || !/[\t\n\r]/.test(text)) return;
    if (block.flat().length < 2) return; // one cell and its line end: the browser's own paste
    event.preventDefault();
    forget();
    const start = event.target.closest("td");
    const rows = [...grid.tBodies[0].rows].filter((row) => !row.matches(".clash"));
    const top = rows.indexOf(start.parentElement), left = start.cellIndex;
    let over = 0;
    block.forEach((line, down) =>
      line.forEach((typed, right) => {
        const input = rows[top + down]?.cells[left + right]?.querySelector("td > [inputmode], td > select");
        if (typed && !fill(input, typed)) over += 1; // an empty cell wipes out nothing
      }),
    );
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-sm", textContent: words.undo, onclick: undo });
    note.append(words.pasted.replace("{n}", before.length), over ? ` ${words.over.replace("{n}", over)}` : "");
    if (before.length) note.append(" ", button);
  });
  grid.addEventListener("input", (event) => event.isTrusted && forget());
  grid.addEventListener("keydown", (event) => {
    if (!before.length || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo();
  });
})();
