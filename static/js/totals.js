// Computed rows and the sum of the ages follow while one types, by the rules of numbers.py and consolidation.py.
(() => {
  const grid = document.querySelector("table[data-grid]");
  const words = document.getElementById("typing")?.dataset;
  if (!grid || !words) return;
  const NUMBER = /^(\d+|[1-9]\d{0,2}([. ])\d{3}(?:\2\d{3})*)(?:,(\d+))?$/;
  const cell = (code) => document.getElementById(code);
  const all = (rows, draw) => grid.querySelectorAll(rows).forEach(draw);

  // Whole thousandths: 1.234,5 is 1234500n. Undefined for what is no number.
  function thousandths({ value, inputMode }) {
    const [, whole = "", , fraction = ""] = NUMBER.exec(value.trim().replace(/\s+/g, " ")) ?? [];
    const digits = whole.replace(/[. ]|^0+(?=\d)/g, "");
    if (!digits || digits.length > 12 || fraction.length > (inputMode === "decimal" ? 3 : 0)) return;
    return BigInt(digits + fraction.padEnd(3, "0"));
  }
  function written(whole, hundredths = "") {
    const grouped = whole?.toString().replace(/\B(?=(\d{3})+$)/g, ".") ?? "…";
    return hundredths ? `${grouped},${hundredths}` : grouped;
  }
  // What a row adds to a ratio: its figure, 0 where nothing arose, undefined where it has no answer.
  function amount(code) {
    const empty = !cell(code).value.trim();
    if (cell(`${code}:nothing`).checked !== empty) return; // neither, or both
    return empty ? 0n : thousandths(cell(code));
  }
  // False where it takes the server to tell: a part stands on another page, or there is no answer.
  function ratio(row) {
    const { numerator, denominator, factor } = row.dataset, output = row.querySelector("output");
    if (!cell(numerator) || !cell(denominator)) return false;
    const top = amount(numerator), bottom = amount(denominator);
    if (top === undefined || bottom === undefined) {
      output.textContent = "…";
      return false;
    }
    const value = bottom && (top * BigInt(factor) * 200n + bottom) / (bottom * 2n); // half up
    output.textContent = bottom ? written(value / 100n, `${value % 100n}`.padStart(2, "0")) : "-";
    return true;
  }
  function ages(row) {
    const total = row.querySelector("input"), id = `${total.name}_ages`;
    const three = ["0_5", "6_10", "11_15"].map((age) => cell(`${total.name}:age_${age}`));
    const parts = three.filter((part) => part.value.trim());
    const given = parts.map(thousandths), whole = thousandths(total);
    const sum = given.includes(undefined) ? undefined : given.reduce((one, other) => one + other, 0n);
    if (!cell(id)) {
      total.after(Object.assign(document.createElement("small"), { id, className: "ages" }));
      total.setAttribute("aria-describedby", `${total.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
    }
    const shown = [sum, whole].map((number) => written(number === undefined ? number : number / 1000n));
    cell(id).textContent = parts.length ? `${words.ages}: ${shown.join("/")}` : "";
  }

  grid.addEventListener("input", ({ target }) => {
    const [code] = target.name.split(":");
    all(`[data-numerator="${code}"], [data-denominator="${code}"]`, ratio);
    if (target.closest("[data-ages]")) ages(target.closest("tr"));
  });
  document.addEventListener("stored", ({ detail: { computed } }) => {
    all("tr.computed", (row) => {
      const output = row.querySelector("output");
      if (!ratio(row)) output.textContent = computed[output.id];
    });
    all("[data-ages]", ages);
  });
  all("[data-ages]", ages);
})();
