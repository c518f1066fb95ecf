// form[data-scanned-form]: takes the text of a scanned code and sends itself. A code with an address of this site is followed.
const HERE = `${location.origin}/verify/`;

document.addEventListener("scanned", ({ target, detail: text }) => {
  const form = target.closest("[data-scanned-form]");
  if (!form) return;
  if (text.startsWith(HERE)) {
    location.assign(text);
    return;
  }
  form.querySelector("textarea").value = text;
  form.requestSubmit();
});
