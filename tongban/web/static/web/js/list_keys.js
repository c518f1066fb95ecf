// [data-list-keys]: j and k move through the rows, Enter opens (the link has focus), a accepts, x chooses, t takes,
// A accepts all that is chosen, / searches, ? shows the keys. Outside a row, a accepts what the sheet [data-case] shows.
const writing = (element) => element.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
const opener = (row) => row.querySelector("[data-open]");

const here = () => document.activeElement.closest("[data-row]");

const move = (step) => {
  const rows = [...document.querySelectorAll("[data-list-keys] [data-row]")].filter(opener);
  if (!rows.length) return;
  const now = rows.indexOf(here());
  const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step));
  opener(rows[next]).focus();
  rows[next].scrollIntoView({ block: "nearest" });
};

const keys = {
  j: () => move(1),
  k: () => move(-1),
  a: () => {
    const meant = here() ?? document.querySelector("[data-case]");
    meant?.querySelector("[data-accept]")?.click();
  },
  x: () => here()?.querySelector("[data-choose]")?.click(),
  t: () => {
    const chosen = document.querySelector("[data-choose]:checked") && document.querySelector("[data-take-chosen]");
    (chosen ?? here()?.querySelector("[data-take]"))?.click();
  },
  A: () => document.querySelector("[data-accept-chosen]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
  if (document.querySelector("dialog[open]") || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
