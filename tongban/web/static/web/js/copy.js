// button[data-copy="id"]: copies the text of that element and says so.
const showCopy = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
};
showCopy();
document.addEventListener("htmx:after:swap", showCopy);
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  button.querySelector("[aria-live]").textContent = button.dataset.copied;
});
