// [data-choose] are the checkboxes of a list: [data-chosen] tells how many are checked (# in its data-words stands for the
// number), and [data-choose-all], which stands only with script, checks or clears all of them.
const boxes = () => [...document.querySelectorAll("[data-choose]")];
const told = document.querySelector("[data-chosen]");
const all = document.querySelector("[data-choose-all]");

const tell = () => {
  const chosen = boxes().filter((box) => box.checked).length;
  if (told) told.textContent = told.dataset.words.replace("#", chosen);
  const box = all?.querySelector("input");
  if (!box) return;
  box.checked = chosen > 0 && chosen === boxes().length;
  box.indeterminate = chosen > 0 && !box.checked;
};

if (all) {
  all.hidden = false;
  all.querySelector("input").addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
    tell();
  });
}
document.addEventListener("change", (event) => { if (event.target.matches?.("[data-choose]")) tell(); });
tell();
