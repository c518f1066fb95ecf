// [data-takes-focus]: the error summary takes focus when the page opens and when a fragment brings one.
const takeFocus = (root) => root.querySelector?.("[data-takes-focus]")?.focus();
takeFocus(document);
document.addEventListener("htmx:after:swap", () => takeFocus(document));
