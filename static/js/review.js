// The page of a sending: keys to the neighbours in the queue and to the decision; a point is set without leaving.
const KEYS = { PageDown: "a[rel=next]", PageUp: "a[rel=prev]", End: "a[data-decide]" };
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const link = KEYS[event.key] && document.querySelector(KEYS[event.key]);
  if (!link) return;
  event.preventDefault();
  link.click();
  if (event.key === "End") document.getElementById("decide").focus();
});

// "Nêu điểm" beside a figure: the first free row gets its place. Without a free row the server adds some.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-point]");
  if (!button) return;
  const free = [...document.querySelectorAll("#return-form .point")].find((point) =>
    [...point.querySelectorAll("select, textarea")].every((field) => !field.value.trim()));
  if (!free) return;
  event.preventDefault();
  free.querySelector("select").value = button.value;
  const words = free.querySelector("textarea");
  words.focus();
  words.scrollIntoView({ block: "center" });
});

// Words that were typed and not sent are not left behind unasked.
const typed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-typing]");
  if (form) typed.add(form);
});
document.addEventListener("submit", (event) => typed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if (typed.size) event.preventDefault();
});
