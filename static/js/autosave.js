// Saves each field as it is left, keeps in the browser what could not be sent, overwrites nothing newer in silence.
// Its words are data-* of the form and of #typing. Each answer of the server goes on as the event "stored".
(() => {
  const form = document.querySelector("form[data-save]");
  const bar = document.getElementById("save-state");
  if (!form || !bar) return;
  const words = { ...document.getElementById("typing").dataset, ...form.dataset };
  const place = `${words.person} ${words.save} `; // in the browser's store; what another person left begins otherwise
  const known = new Map(); // name → [what the person last saw stored there, how that was typed]
  const unsure = new Map(); // name → texts sent and not answered: they may be stored all the same
  const ripe = new Set(); // names of what is to be sent
  const late = new Map(); // name → a colleague's text for the field in which the person is
  const boxes = new Map(); // name → the box with two versions to choose from
  let halted = ""; // why nothing was stored: the key of its words
  let flying, asking, retry, resting, down, unkept, passing, waiting;
  let pause = 2000;

  const fieldOf = (name) => form.elements.namedItem(name);
  const isField = (element) => /^(text|check|sel)/.test(element.type);
  const fields = () => [...form.elements].filter(isField);
  const value = (field) => (field.type === "checkbox" ? (field.checked ? "on" : "") : field.value);
  const saw = (field) => known.get(field.name) ?? [atFirst(field)];
  const dirty = (field) => !saw(field).includes(value(field));
  const gone = () => halted === "signedOut" || halted === "otherPerson";
  const make = (tag, className, ...content) => {
    const made = Object.assign(document.createElement(tag), { className });
    made.append(...content);
    return made;
  };

  function atFirst(field) {
    if (field.options) return [...field.options].find((option) => option.defaultSelected)?.value ?? "";
    return field.type !== "checkbox" ? field.defaultValue : field.defaultChecked ? "on" : "";
  }
  function set(field, text) {
    if (field.type === "checkbox") field.checked = Boolean(text);
    else if (field.value !== text) field.value = text;
  }
  // Whether two texts say the same: 1234 and 1.234 do, 1.5 and 15 do not.
  function same(field, ...texts) {
    const [one, other] = texts.map((text) => {
      const bare = text.normalize("NFC").trim();
      return field.inputMode ? bare.replace(/[.\s](?=\d{3}(?!\d))/g, "") : bare;
    });
    return one === other;
  }

  // --- what is said: beside a field, and once for the page ---

  const sentence = bar.appendChild(make("span", "said"));
  function say(trouble, ...content) {
    bar.classList.toggle("is-trouble", trouble);
    const said = make("span", "", ...content);
    if (said.textContent !== sentence.textContent) sentence.replaceChildren(...said.childNodes);
  }
  function sayTrouble(text = words[halted]) {
    const href = `${words.signInPage}?next=${encodeURIComponent(location.pathname)}`;
    const link = Object.assign(make("a", "", words.signIn), { href, target: "_blank" });
    say(true, text, unkept ? ` ${words.unkept} ` : " ", halted === "signedOut" ? link : "");
  }
  function line(field) {
    const cell = field.closest("td:not(.beside)");
    const before = field.closest("label") ?? (field.type === "checkbox" ? field.labels[0] : field);
    const found = cell ? cell.querySelector(".field-state") : before?.nextElementSibling;
    if (found?.matches(".field-state")) return found;
    const made = make("small", "field-state");
    if (cell) cell.append(made);
    else before.after(made);
    return made;
  }
  function show(field, kind, text = words[kind] ?? "") {
    Object.assign(line(field), { className: `field-state is-${kind}`, textContent: text });
  }

  // --- kept in the browser until the server has answered ---

  function keep(field) {
    const { name } = field;
    try {
      if (!dirty(field)) localStorage.removeItem(place + name);
      else localStorage.setItem(place + name, JSON.stringify([saw(field)[0], value(field), unsure.get(name) ?? []]));
    } catch {
      unkept = true; // full, or switched off
    }
  }
  function putBack() {
    form.autocomplete = "off"; // the browser would put back text without knowing what had been seen beside it
    const left = Object.keys(localStorage).filter((key) => key.startsWith(place));
    const found = left.map((key) => fieldOf(key.slice(place.length))).filter((field) => field && isField(field));
    const unsent = found.filter((field) => {
      const [before, now, sent] = JSON.parse(localStorage.getItem(place + field.name));
      if (same(field, now, value(field))) return keep(field); // it had arrived
      known.set(field.name, [before]);
      unsure.set(field.name, sent);
      ripe.add(field.name);
      set(field, now);
      show(field, "unsent");
      field.closest("details")?.setAttribute("open", "");
      return true;
    });
    const note = words.restored.replace("{n}", unsent.length);
    if (unsent.length) form.before(make("p", "notice notice-warning restored", note));
  }

  // --- to the server and back, one request at a time ---

  const changeOf = (field) => ({ name: field.name, was: saw(field)[0], now: value(field) });
  const ready = () => [...ripe].map(fieldOf).filter(dirty).slice(0, 400).map(changeOf);
  const ripen = () => fields().forEach((field) => dirty(field) && !boxes.has(field.name) && ripe.add(field.name));
  const hear = (more) => fetch(words.save, { redirect: "error", signal: AbortSignal.timeout?.(15000), ...more });

  function post(changes) {
    const seen = Number(fieldOf("seen").value);
    const told = { person: Number(words.person), seen, changes };
    form.dispatchEvent(new CustomEvent("sending", { detail: told })); // another script of the page may add to it
    const body = JSON.stringify(told);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": fieldOf("csrfmiddlewaretoken").value };
    for (const { name, now } of changes) {
      unsure.set(name, [...(unsure.get(name) ?? []), now].slice(-5));
      keep(fieldOf(name));
    }
    return hear({ method: "POST", body, headers, keepalive: body.length < 2e4 }); // a closed page may send 64 kB
  }
  function send(news) {
    const changes = ready();
    if (!flying && !gone() && (changes.length || news === true)) {
      clearTimeout(retry);
      flying = exchange(changes).finally(() => {
        flying = null;
        if (!halted) send();
      });
    }
    return flying;
  }
  async function exchange(changes) {
    for (const { name } of changes) show(fieldOf(name), "saving");
    let status = 0, answer = {};
    try {
      let response = await post(changes);
      if (response.status === 403) {
        await life(); // a sign-in has renewed the token
        response = await post(changes);
      }
      status = response.status;
      answer = await response.json();
    } catch {
      // no line, or somebody else's page instead of an answer
    }
    if (answer.stored) return took(changes, answer);
    if (status === 401) await life();
    const refused = status >= 400 && status < 500 && status !== 401;
    if (!gone()) halted = refused ? "refused" : "kept";
    down = !status;
    for (const { name } of changes) show(fieldOf(name), refused ? "refused" : "unsent");
    sayTrouble(gone() ? undefined : answer.sentence);
    if (halted !== "kept") return;
    retry = setTimeout(send, pause, true);
    pause = Math.min(pause * 2, 60000);
  }
  function took(changes, answer) {
    [halted, down, pause] = ["", false, 2000];
    fieldOf("seen").value = answer.seen;
    const updated = Object.entries(answer.others).filter(([name, text]) => adopt(fieldOf(name), text));
    for (const { name, now } of changes) {
      const conflict = answer.conflicts.find((one) => one.name === name);
      if (conflict) clash(fieldOf(name), conflict);
      else settle(fieldOf(name), now, answer);
      unsure.delete(name);
    }
    form.dispatchEvent(new CustomEvent("stored", { bubbles: true, detail: answer }));
    if (boxes.size) return sayClash();
    const [odd] = changes.flatMap(({ name }) => answer.errors[name] ?? []);
    const told = [changes.length && `${words.saved} ${answer.at}`, odd];
    if (updated.length) told.push(`${words.updated}: ${updated.map(([name]) => name.split(":")[0]).join(", ")}`);
    say(false, told.filter(Boolean).join(". "));
  }
  function settle(field, now, { stored, errors, warnings, at }) {
    const { name } = field;
    if (!(name in stored)) {
      ripe.delete(name); // no field of this part any more
      return show(field, "refused");
    }
    known.set(name, [stored[name], now]);
    shut(name);
    if (value(field) === now) {
      ripe.delete(name);
      if (field !== document.activeElement) set(field, stored[name]);
    }
    keep(field);
    if (dirty(field)) return show(field, "unsaved");
    const odd = errors[name] ? "error" : warnings.some((warning) => warning.name === name) ? "warning" : "";
    show(field, odd || "saved", `${words.saved} ${at}${odd && ` · ${words[odd]}`}`);
  }

  // --- what colleagues saved meanwhile ---

  // Shows a colleague's text; true when that is something else than before.
  function adopt(field, text) {
    if (!field) return false;
    if (boxes.has(field.name)) ripe.add(field.name); // what there is to choose from has changed
    if (dirty(field)) return false; // the difference comes out when this is sent
    late.set(field.name, text);
    if (field === document.activeElement) return false;
    late.delete(field.name);
    known.set(field.name, [text]);
    if (value(field) === text) return false;
    set(field, text);
    show(field, "updated");
    return true;
  }
  // A box with both versions at the field. Nothing is stored until one is chosen.
  function clash(field, { name, label, mine, theirs, by, at }) {
    // Not a colleague, but our own text, whose answer was lost on the way.
    if (unsure.get(name).slice(0, -1).some((text) => same(field, text, theirs))) return known.set(name, [theirs]);
    const inWords = (text) => {
      if (field.type === "checkbox") return text ? words.ticked : words.unticked;
      return [...(field.options ?? [])].find((option) => option.value === text)?.text ?? (text || words.empty);
    };
    const box = document.getElementById("two-versions").content.firstElementChild.cloneNode(true);
    const texts = [label, inWords(mine), [by, at].filter(Boolean).join(", "), inWords(theirs)];
    box.querySelectorAll("[data-text]").forEach((part, place) => part.append(texts[place]));
    box.querySelectorAll("button").forEach((button) => (button.onclick = () => choose(field, theirs, button.value)));
    box.id = `${name}_two`;
    const row = field.closest("tr");
    shut(name);
    if (row) row.after(make("tr", "clash", Object.assign(make("td", "", box), { colSpan: row.cells.length })));
    else line(field).after(make("div", "clash", box));
    boxes.set(name, box);
    ripe.delete(name);
    show(field, "two");
    field.closest("details")?.setAttribute("open", "");
  }
  function shut(name) {
    boxes.get(name)?.closest(".clash").remove();
    boxes.delete(name);
  }
  function choose(field, theirs, kind) {
    shut(field.name);
    known.set(field.name, [theirs]);
    if (kind === "theirs") set(field, theirs);
    field.focus();
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
    if (boxes.size) sayClash();
    else say(false);
  }
  function sayClash() {
    const [box] = boxes.values();
    const link = make("a", "", box.querySelector("[data-text]").textContent);
    link.href = `#${box.id}`;
    say(true, `${words.conflict} (${boxes.size}): `, link);
  }

  // --- a sign of life: am I still signed in, is a colleague here who may have news ---

  const life = () => (asking ??= ask().finally(() => (asking = null)));
  async function ask() {
    let here = [];
    try {
      const response = await hear({ cache: "no-store" });
      if (response.status === 401) halted = "signedOut";
      if (response.ok) here = renew(await response.json());
    } catch {
      // no line: what is unsent says so itself
    }
    if (gone()) sayTrouble();
    return here.length > 0;
  }
  function renew({ token, person, people }) {
    if (String(person) !== words.person) {
      halted = "otherPerson";
      return [];
    }
    if (gone()) say(false);
    if (gone()) halted = "";
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    const shown = document.getElementById("people");
    const text = people.length ? `${shown.dataset.words} ${people.join(", ")}` : "";
    if (shown.textContent !== text) shown.textContent = text;
    return people;
  }
  const back = () => document.visibilityState === "visible" && life().then(send);

  // --- when ---

  form.addEventListener("input", ({ target }) => {
    clearTimeout(resting);
    if (!isField(target)) return;
    late.delete(target.name);
    ripe.delete(target.name); // until it is left, or rests
    keep(target);
    if (!boxes.has(target.name)) show(target, dirty(target) ? "unsaved" : "");
    if (target.inputMode || !target.type.startsWith("text")) return;
    resting = setTimeout(() => {
      ripe.add(target.name);
      send();
    }, 3000);
  });
  form.addEventListener("change", ({ target }) => {
    ripe.add(target.name);
    setTimeout(send, 0); // together with all that changes at once, as in a paste
  });
  form.addEventListener("focusout", ({ target }) => {
    if (!isField(target) || dirty(target)) return;
    if (late.has(target.name)) adopt(target, late.get(target.name));
    else set(target, saw(target)[0]); // 1234 as it is stored: 1.234
  });
  form.addEventListener("submit", async (event) => {
    if (passing) return;
    event.preventDefault();
    event.stopPropagation(); // once.js counts only the one that goes through
    if (waiting) return;
    waiting = true;
    const { submitter } = event;
    await Promise.race([settled(), new Promise((done) => setTimeout(done, 5000))]);
    waiting = false;
    const [box] = boxes.values();
    if (box) say(true, words.choose);
    if (box) return box.focus();
    if (gone() || (down && fields().some(dirty))) return sayTrouble();
    passing = true;
    setTimeout(() => (passing = false), 10000);
    setTimeout(() => form.requestSubmit(submitter), 0);
  });
  async function settled() {
    clearTimeout(resting);
    ripen();
    do await send();
    while (!halted && ready().length);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return back();
    ripen();
    send();
  });
  window.addEventListener("pagehide", () => {
    if (passing || halted) return;
    ripen();
    const left = ready().filter(({ name, now }) => !unsure.get(name)?.includes(now));
    for (const change of left) change.was = unsure.get(change.name)?.at(-1) ?? change.was; // what is on its way there
    if (left.length) post(left).catch(() => {}); // nobody hears the answer: it stays kept until the next visit
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    passing = false;
    if (persisted) send(true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unkept && !passing && fields().some(dirty)) event.preventDefault();
  });
  window.addEventListener("online", back);
  window.addEventListener("focus", back);
  setInterval(back, 60000);

  for (const field of fields()) if (!field.closest("td")) line(field); // room before it is needed: nothing jumps
  try {
    putBack();
  } catch {
    unkept = true; // no store
  }
  // With Back comes the page as it was once made: ask what has been saved since.
  send(performance.getEntriesByType("navigation")[0]?.type === "back_forward");
})();
