// What autosave.js could not send of a part that was closed meanwhile: still to be read, and to be dropped on purpose.
// Open parts are left alone: their own page puts back and sends what is kept.
(() => {
  const section = document.getElementById("leftovers");
  if (!section) return;
  const words = section.dataset;
  const [entry, names] = section.querySelectorAll("template");
  const told = [...names.content.querySelectorAll("span")];
  const title = section.querySelector("h2");
  const before = `${words.person} ${words.path}phan/`; // as autosave.js names what it keeps: person, address, field

  const isOpen = (part) => told.some(({ dataset }) => dataset.part === part && "open" in dataset);
  const nameOf = (name) => told.find(({ dataset }) => !dataset.part && dataset.name === name)?.textContent ?? name;
  function labelOf(part, name) {
    const own = told.find(({ dataset }) => dataset.part === part && dataset.name === `#id_${name}`);
    if (own) return own.textContent;
    const [whole] = told.filter(({ dataset }) => dataset.part === part && !dataset.name);
    return [whole?.textContent ?? part, name.split(":").map(nameOf).join(", ")].join(": ");
  }
  function shown(name, text) {
    if (/:(nothing|estimate)$|^not_ours$/.test(name)) return text ? words.ticked : words.unticked;
    return text || words.empty;
  }
  function typed(key) {
    try {
      const text = JSON.parse(localStorage.getItem(key))[1];
      return typeof text === "string" ? text : null;
    } catch {
      return null; // not ours
    }
  }
  function add(key, number) {
    const [, part, name] = key.slice(before.length).match(/^([^/ ]+)\/luu\/ (.+)$/) ?? [];
    const text = typed(key);
    if (!part || isOpen(part) || text === null) return;
    const line = entry.content.firstElementChild.cloneNode(true);
    const [label, area, group] = ["label", "textarea", "[role=group]"].map((which) => line.querySelector(which));
    const [ask, keep, drop] = line.querySelectorAll("button");
    area.id = label.htmlFor = `leftover-${number}`;
    label.textContent = labelOf(part, name);
    ask.setAttribute("aria-label", `${ask.textContent}: ${label.textContent}`);
    area.value = shown(name, text);
    const asked = (yes) => {
      ask.hidden = yes;
      group.hidden = !yes;
      (yes ? keep : ask).focus();
    };
    ask.onclick = () => asked(true);
    keep.onclick = () => asked(false);
    drop.onclick = () => {
      localStorage.removeItem(key);
      line.remove();
      section.hidden = !section.querySelector("li");
      (section.hidden ? document.getElementById("main") : title).focus();
    };
    section.querySelector("ul").append(line);
  }

  try {
    Object.keys(localStorage).filter((key) => key.startsWith(before)).sort().forEach(add);
  } catch {
    return; // no store, so nothing is kept in it
  }
  section.hidden = !section.querySelector("li");
})();
