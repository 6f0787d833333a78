// Enter in a figure goes to the next row instead of sending the form, as in a spreadsheet.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key !== "Enter" || event.isComposing || !input.matches("table[data-grid] input:not([type=checkbox])")) return;
  event.preventDefault();
  const cell = input.closest("td");
  const place = [...cell.parentElement.children].indexOf(cell);
  for (let row = cell.parentElement.nextElementSibling; row; row = row.nextElementSibling) {
    const below = row.children[place]?.querySelector("input, select");
    if (below) {
      below.focus();
      below.select?.();
      return;
    }
  }
});
// Leaving with something typed and not saved: the browser asks first.
let typed = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-once]")) typed = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-once]")) typed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});
