// button[data-confirm="question"]: asks in the page's dialog before the form is sent.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-confirm]");
  const dialog = document.getElementById("confirm");
  if (!button || !dialog || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById("confirm-question").textContent = button.dataset.confirm;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    button.dataset.confirmed = "yes";
    button.click();
    delete button.dataset.confirmed;
  }, { once: true });
  dialog.showModal();
}, true);
