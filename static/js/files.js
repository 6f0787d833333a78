// What was chosen and how large it is, told before a slow line is kept busy with it; and that the upload is under way.
for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const told = document.createElement("div");
  told.className = "chosen small-print";
  told.setAttribute("role", "status");
  input.after(told);
  const megabytes = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const tooLarge = () => [...input.files].some((file) => file.size > Number(input.dataset.most));
  input.addEventListener("change", () => {
    const list = document.createElement("ul");
    for (const file of input.files) {
      const line = document.createElement("li");
      const size = file.size < 104858 ? `${Math.ceil(file.size / 1024)} KB` : `${megabytes.format(file.size / 1048576)} MB`;
      const large = file.size > Number(input.dataset.most);
      line.textContent = `${file.name} (${size})${large ? `: ${input.dataset.tooLarge}` : ""}`;
      line.classList.toggle("text-danger", large);
      list.append(line);
    }
    told.replaceChildren(list);
  });
  input.form.addEventListener("submit", (event) => {
    if (tooLarge()) {
      event.preventDefault();
      event.stopPropagation(); // the form was not sent: it must not be locked against a second click
      input.focus();
    } else if (input.files.length) {
      told.append(input.dataset.sending);
    }
  });
}
