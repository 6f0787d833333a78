// Enter, ↓ and ↑ go to the next cell of the column that can be filled in, as in a spreadsheet.
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const step = { Enter: "nextElementSibling", ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[key];
  if (!step || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (!target.matches("[data-grid] td:not(.beside) > input")) return; // a list of choices keeps its arrows
  event.preventDefault(); // in the last row, too: Enter must not press the first button of the form
  const cell = target.parentElement;
  for (let row = cell.parentElement[step]; row; row = row[step]) {
    const next = row.children[cell.cellIndex]?.querySelector("td > input, td > select");
    if (!next) continue;
    next.focus();
    next.select?.();
    return;
  }
});
