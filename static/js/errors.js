// A page that opens with errors puts the focus on their list, so that it is read first.
document.querySelector("[data-error-summary]")?.focus();
