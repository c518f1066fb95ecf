// [data-file]: says name and size of the chosen file, shows a picture, refuses what is too large before it is sent.
const size = (bytes) => bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const line = (words, css) => {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  if (css) paragraph.className = css;
  return paragraph;
};

const picture = (file) => {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  return image;
};

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-file]");
  if (!box) return;
  const chosen = box.querySelector("[data-file-chosen]");
  const file = event.target.files[0];
  const limit = Number(box.dataset.maxBytes);
  const tooLarge = Boolean(file && limit && file.size > limit);
  event.target.setCustomValidity(tooLarge ? box.dataset.tooLarge : "");
  chosen.hidden = !file;
  chosen.className = "tb-file__chosen";
  chosen.setAttribute("aria-live", "polite");
  chosen.replaceChildren();
  if (!file) return;
  if (/^image\/(png|jpeg)$/.test(file.type)) chosen.append(picture(file));
  const words = document.createElement("div");
  words.append(line(`${file.name} · ${size(file.size)}`));
  if (tooLarge) words.append(line(box.dataset.tooLarge, "tb-file__too-large"));
  chosen.append(words);
});
