// A page that opens with errors puts the focus on their list, so that it is read first.
document.querySelector("[data-error-summary]")?.focus();

// With every save the messages come and go: errors, reasons that are asked for, privacy.
document.addEventListener("stored", ({ target: form, detail: { errors, warnings, privacy } }) => {
  const template = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  function below(id, className) {
    return document.getElementById(id) ?? Object.assign(document.createElement("div"), { id, className });
  }
  function describe(field, id, on) {
    const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
    field.setAttribute("aria-describedby", [...others, ...(on ? [id] : [])].join(" "));
  }

  const marked = [...form.querySelectorAll(".cell-error")].map((message) => message.id.replace("_error", ""));
  for (const name of [...marked, ...Object.keys(errors)]) {
    const field = form.elements.namedItem(name), message = below(`${name}_error`, "cell-error");
    if (!field) continue;
    message.innerText = (errors[name] ?? []).join("\n");
    if (errors[name]) {
      field.closest("td").append(message);
      field.setAttribute("aria-invalid", "true");
    } else {
      message.remove();
      field.removeAttribute("aria-invalid");
    }
    describe(field, message.id, errors[name]);
  }
  for (const link of document.querySelectorAll("[data-error-summary] li a")) {
    const fixed = !errors[decodeURIComponent(link.hash.slice(1))];
    link.parentElement.dataset.fixed = fixed ? ` (${document.getElementById("typing").dataset.fixed})` : "";
  }

  // A reason that is asked for has a field of its own at once, not only with the next page.
  for (const { code, message } of warnings) {
    const name = `explain-${code}`;
    if (!code || form.elements.namedItem(name)) continue;
    const row = template("explain-row"), [label, text, notice] = row.children;
    Object.assign(label, { htmlFor: `id_${name}`, textContent: message });
    Object.assign(text, { id: `id_${name}`, name });
    notice.id = `${name}_below`;
    if (!form.querySelector(".panel-warning")) form.querySelector(".panel, .actions").before(template("explain-panel"));
    form.querySelector(".panel-warning").append(row);
  }

  for (const [name, notice] of Object.entries(privacy)) {
    const field = form.elements.namedItem(name), place = below(`${name}_below`, "below");
    if (!field || (!notice && !place.isConnected)) continue;
    if (!place.isConnected) (field.closest("label") ?? field).after(place);
    place.querySelector(".privacy")?.remove();
    place.insertAdjacentHTML("beforeend", notice);
    describe(field, place.id, place.hasChildNodes());
  }
});
