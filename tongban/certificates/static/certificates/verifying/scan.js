// [data-scan]: reads a QR code with the camera, or from a picture. Hands the text on by the event "scanned"; what else there
// is to say stands in data-*-words of the box. The browser's own reader is used where there is one.
import { decodeQR } from "../../web/vendor/qr/decode.js";

const LARGEST_SIDE = 1600;
const PAUSE_MS = 120;
const PATIENCE_MS = 1500;

const builtIn = async () => {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
};
const detector = builtIn().catch(() => null);

// Returns the text of a code in the picture, or "".
const read = async (source, width, height, timeLimit) => {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const own = await detector;
  try {
    if (own) return (await own.detect(canvas))[0]?.rawValue ?? "";
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), { timeLimit });
  } catch {
    return ""; // No code in it: the reader has no other way to say so.
  }
};

const ofPicture = async (file) => {
  const picture = await createImageBitmap(file);
  try {
    return await read(picture, picture.width, picture.height, PATIENCE_MS);
  } finally {
    picture.close();
  }
};

const paused = () => new Promise((done) => setTimeout(done, PAUSE_MS));

const prepare = (box) => {
  const part = (name) => box.querySelector(`[data-scan-${name}]`);
  const [open, close, film, picture, says] = ["open", "close", "film", "picture", "says"].map(part);
  const video = film.querySelector("video");
  let camera = null;

  const say = (words) => { says.textContent = words; };
  const found = (text) => {
    say("");
    box.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: text }));
  };

  const stop = () => {
    camera?.getTracks().forEach((track) => track.stop());
    camera = video.srcObject = null;
    film.hidden = true;
    open.hidden = !navigator.mediaDevices?.getUserMedia;
  };

  const watch = async (mine) => {
    while (camera === mine) {
      const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : "";
      if (camera === mine && text) {
        stop();
        return found(text);
      }
      await paused();
    }
  };

  const start = async () => {
    say("");
    try {
      camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return say(box.dataset.noCameraWords);
    }
    open.hidden = true;
    film.hidden = false;
    video.srcObject = camera;
    await video.play();
    say(box.dataset.lookingWords);
    close.focus();
    await watch(camera);
  };

  open.addEventListener("click", start);
  close.addEventListener("click", () => {
    stop();
    say("");
    open.focus();
  });
  picture.addEventListener("change", async () => {
    const [file] = picture.files;
    if (!file) return;
    stop();
    const text = await ofPicture(file).catch(() => "");
    picture.value = "";
    if (text) found(text);
    else say(box.dataset.noCodeWords);
  });
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  stop();
  box.hidden = false;
};

document.querySelectorAll("[data-scan]").forEach(prepare);
