// [data-list-keys]: j and k move through the rows, Enter opens (the link has focus), a accepts, ? shows the keys.
// Outside a row, a accepts what the sheet [data-case] shows.
const writing = (element) => element.closest("input, select, textarea, [contenteditable]");
const opener = (row) => row.querySelector("[data-open]");

const move = (step) => {
  const rows = [...document.querySelectorAll("[data-list-keys] [data-row]")].filter(opener);
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
  opener(rows[next]).focus();
  rows[next].scrollIntoView({ block: "nearest" });
};

const keys = {
  j: () => move(1),
  k: () => move(-1),
  a: () => {
    const meant = document.activeElement.closest("[data-row]") ?? document.querySelector("[data-case]");
    meant?.querySelector("[data-accept]")?.click();
  },
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
  if (document.querySelector("dialog[open]") || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
