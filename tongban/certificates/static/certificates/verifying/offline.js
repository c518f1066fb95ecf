// The installed page: judges codes by the lists of this device, with the network or without.
import { dayOf, hex } from "./bytes.js";
import { Lists } from "./lists.js";
import { filled, sentence, state, written } from "./sentences.js";
import { judge } from "./verification.js";
import { read } from "./x509.js";

const CLOCK_SLACK = 5 * 60 * 1e6;
const data = JSON.parse(document.getElementById("verify-data").textContent);
const lists = new Lists(data.lists);
const place = (name) => document.querySelector(`[data-offline-${name}]`);
const [form, field, answer, kept, notes] = ["form", "code", "answer", "kept", "notes"].map(place);
const now = () => Date.now() * 1000;

const copyOf = (name) => document.getElementById(`offline-${name}`).content.cloneNode(true);
const fill = (root, words) => {
  for (const slot of root.querySelectorAll("[data-slot]")) slot.textContent = words[slot.dataset.slot] ?? "";
  return root;
};

// --- What was found -------------------------------------------------------------------------------------------------

const term = ({ validFrom, lastDay }) =>
  lastDay ? `${written(validFrom)} ${data.words.to} ${written(lastDay)}` : data.words.without_end;

const listed = ({ as_of }) => (as_of ? `${data.words.listed} ${written(as_of)}` : "");

const show = (text, found) => {
  const online = found.code === "unreadable_code" && text.startsWith(`${location.origin}/verify/`);
  const { title, tone } = data.speech.headlines[found.code];
  const words = { title, sentence: online ? data.words.online_code : sentence(data.speech, found), state: state(data.speech, found) || listed(found.words) };
  const verdict = fill(copyOf("verdict"), words), section = verdict.querySelector("section");
  section.classList.add(`tb-verdict--${tone}`, ...(found.known === "old_list" ? ["tb-verdict--old"] : []));
  section.dataset.code = found.code;
  verdict.querySelector(tone === "success" ? "[data-icon-alert]" : "[data-icon-check]").remove();
  const link = verdict.querySelector("a");
  if (online) link.href = text;
  else link.parentElement.remove();
  answer.replaceChildren(verdict);
  if (found.summary) answer.append(fill(copyOf("summary"), { ...found.summary, term: term(found.summary) }));
  section.focus();
  section.scrollIntoView({ block: "nearest" });
};

const verify = async (text) => {
  if (!lists.trust) await refresh();
  if (!lists.trust) return say(["no_lists"]);
  show(text, await judge(text, { trust: lists.trust, statuses: lists.statuses, now: now() }));
};

// --- The lists ------------------------------------------------------------------------------------------------------

const regionsOf = (some) => some.map((one) => data.regions[one.region] ?? one.region).join(data.words.comma);
const oldest = (some) => some.reduce((one, other) => (one.issuedAt <= other.issuedAt ? one : other));

const row = (name, some) => {
  const words = some.length
    ? { value: filled(data.words.as_of, { as_of: written(dayOf(oldest(some).issuedAt)) }), regions: regionsOf(some) }
    : { value: data.words.none, regions: "" };
  return fill(copyOf("list"), { name, ...words });
};

const say = (names) => {
  const trusted = lists.trust?.lists ?? [], known = [...lists.statuses.values()], at = now();
  const lapsed = (some) => some.find((one) => one.nextAt <= at);
  const due = { stale_trust: lapsed(trusted), stale_status: lapsed(known) };
  const told = names.map((name) => ({ name, text: data.notes[name] }));
  for (const [name, one] of Object.entries(due)) if (one) told.push({ name, text: filled(data.notes[name], { due_on: written(dayOf(one.nextAt)) }) });
  if ([...trusted, ...known].some((one) => one.issuedAt > at + CLOCK_SLACK)) told.push({ name: "clock", text: data.notes.clock });
  notes.replaceChildren(...told.map(({ name, text }) => {
    const note = fill(copyOf("note"), { text });
    note.querySelector(".tb-notice").dataset.note = name;
    return note;
  }));
  kept.replaceChildren(row(data.words.trust, trusted), row(data.words.status, known));
};

const fingerprint = async (root) => {
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", root)));
  return digest.match(/.{4}/g).join(" ").toUpperCase();
};

const showRoots = async () => {
  const rows = (await lists.pinned()).map(async (root) => {
    const { number, algorithm } = read(root);
    const words = { name: `${data.regions[number] ?? number} ${algorithm}`, value: await fingerprint(root), regions: "" };
    return fill(copyOf("list"), words);
  });
  place("roots").replaceChildren(...(await Promise.all(rows)));
};

const refresh = async () => {
  kept.setAttribute("aria-busy", "true");
  say(await lists.update());
  await showRoots();
  kept.setAttribute("aria-busy", "false");
};

// --- Beginning ------------------------------------------------------------------------------------------------------

const begin = async () => {
  if (!globalThis.isSecureContext) return say(["insecure"]);
  form.hidden = false;
  await lists.load();
  say([]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) verify(field.value.replace(/^[\r\n\t]+|[\r\n\t]+$/g, ""));
    else field.focus();
  });
  document.addEventListener("scanned", ({ detail: text }) => {
    field.value = text;
    verify(text);
  });
  place("renew").addEventListener("click", refresh);
  window.addEventListener("online", refresh);
  const installing = navigator.serviceWorker?.register(data.worker, { scope: data.scope, updateViaCache: "none" });
  await refresh();
  await installing;
  document.documentElement.dataset.offlineReady = navigator.serviceWorker ? String(Boolean((await navigator.serviceWorker.ready).active)) : "false";
};

begin();
