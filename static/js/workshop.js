// Sentences of the bodies go into the draft at one key; the mark of each goes along with the save that stores it.
// Stands before autosave.js, which asks it what else is to be sent (the event "sending") and says what is stored.
(() => {
  const form = document.getElementById("draft");
  if (!form) return;
  const area = form.elements.namedItem("text");
  const place = `taken ${form.dataset.person} ${form.dataset.save}`; // marks that no answer has confirmed yet
  let waiting = kept();
  let last = { from: form.dataset.lastFrom, said: form.dataset.lastSaid };
  const buttons = () => [...document.querySelectorAll(".take")].filter((button) => button.offsetParent);

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(place)) ?? [];
    } catch {
      return []; // no store
    }
  }
  function keep() {
    try {
      if (waiting.length) localStorage.setItem(place, JSON.stringify(waiting));
      else localStorage.removeItem(place);
    } catch {
      // full, or switched off: they wait in memory
    }
  }

  // As the server does it (composing.appended): sentences of one text run on, a line of a list stands alone.
  function take(button) {
    const line = button.closest("li");
    const said = line.querySelector("[data-said]").textContent.trim();
    const mark = line.querySelector("[data-taken]");
    if (!mark.hidden && area.value.includes(said)) {
      tell(form.dataset.again, true);
      return;
    }
    const from = button.value.slice(0, button.value.lastIndexOf(".")); // report, sending, field, task
    const stands = area.value.trimEnd();
    const follows = last.from === from && stands.endsWith(last.said) && !("item" in button.dataset);
    area.value = stands ? stands + (follows ? " " : "\n") + said : said;
    last = { from, said };
    waiting = [...waiting.filter((ref) => ref !== button.value), button.value].slice(-200);
    keep();
    mark.hidden = false;
    area.scrollTop = area.scrollHeight;
    for (const event of ["input", "change"]) area.dispatchEvent(new Event(event, { bubbles: true }));
    tell(`${form.dataset.took} ${said}`, false);
  }
  function tell(words, seen) {
    const place = document.getElementById("took");
    place.classList.toggle("visually-hidden", !seen); // what was taken is seen in the draft
    place.textContent = words;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".take");
    if (button?.form !== form) return;
    event.preventDefault();
    take(button);
  });
  // Only while the focus is on such a button, so no letter is lost in the draft.
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.(".take");
    if (!button || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (event.key === "l") button.click();
    else if (step) {
      const all = buttons();
      const next = all[all.indexOf(button) + step];
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  });
  form.addEventListener("sending", ({ detail }) => {
    if (waiting.length) detail.taken = waiting;
  });
  form.addEventListener("stored", ({ detail: { taken, sources } }) => {
    waiting = waiting.filter((ref) => !taken.includes(ref));
    keep();
    document.getElementById("sources").innerHTML = sources;
  });
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
})();
