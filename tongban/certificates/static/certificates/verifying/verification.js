// Does the code on a sheet still hold, by the lists alone? The same questions in the same order, with the same answers, as
// tongban/domain/verification.py and tongban/certificates/verifying.py; tests/journeys compares both.
import { dayOf, NotRead } from "./bytes.js";
import * as compact from "./compact.js";
import { isOnlyForm, verify } from "./signatures.js";
import { asOf } from "./trust.js";

const PURPOSE = "certificate";
const LONGEST_SHOWN = 60;
const UNTRUSTED = new Set(["altered", "unknown_issuer", "unknown_key", "key_not_for_issuer", "wrong_key"]);

// Text of unproven origin without anything that could command a screen, and cut.
const shown = (text) => Array.from(text.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, "")).slice(0, LONGEST_SHOWN).join("");

const provinceOf = (region) => `${Array.from(region).slice(0, 2).join("")}0000`;

// The first and the last day on which a key signs; a code names a day only, not an hour.
const daysOf = (key) => {
  const ends = [key.validUntil, key.retiredAt].filter((end) => end !== null);
  return [dayOf(key.validFrom), ends.length ? dayOf(Math.min(...ends) - 1) : null];
};

const judged = async (said, signed, key, trust, today) => {
  if (!key) {
    const known = trust.keys.some((one) => one.owner === said.issuerCode && one.purpose === PURPOSE);
    return known ? "unknown_key" : "unknown_issuer";
  }
  if (key.owner !== said.issuerCode || key.purpose !== PURPOSE || key.region !== provinceOf(said.region)) return "key_not_for_issuer";
  if (key.algorithm !== signed.algorithm) return "wrong_key";
  if (!(await verify(key.algorithm, key.publicKey, signed.covered, signed.signature))) return "wrong_key";
  if (!isOnlyForm(key.algorithm, signed.signature)) return "altered";
  const [first, last] = daysOf(key);
  if (said.validFrom < first || (last !== null && said.validFrom > last)) return "key_out_of_validity";
  if (today < said.validFrom) return "not_yet_valid";
  return said.validUntil !== null && today >= said.validUntil ? "expired" : "valid";
};

const wordsOf = (said, signed, key, today) => {
  const [first, last] = key ? daysOf(key) : ["", null];
  return {
    today,
    issuer: shown(said.issuer),
    issuer_code: shown(said.issuerCode),
    key: shown(key ? key.keyId : signed.key),
    issued_on: said.validFrom,
    valid_from: said.validFrom,
    last_day: said.lastDay ?? "",
    first,
    last: last ?? "",
  };
};

const openedOrNull = (text) => {
  try {
    return compact.openUp(text.replace(/[\r\n]+$/, ""));
  } catch (wrong) {
    if (wrong instanceof NotRead) return null;
    throw wrong;
  }
};

const judgedByTrust = async (opened, trust, today) => {
  const listedAt = asOf(trust, opened?.signed.key ?? "");
  const words = { as_of: listedAt === null ? "" : dayOf(listedAt) };
  if (!opened) return { code: "unreadable_code", known: "nothing", words, summary: null };
  const { said, signed } = opened;
  const key = trust.keys.find((one) => one.keyId === signed.key);
  const code = await judged(said, signed, key, trust, today);
  return { code, known: "nothing", words: { ...words, ...wordsOf(said, signed, key, today) }, summary: UNTRUSTED.has(code) ? null : said };
};

const againstList = (found, list, now) => {
  const ended = list.ended.get(found.summary.identifier);
  const code = ended ? (ended.status === "suspended" ? "suspended" : "ended") : found.code;
  const words = { ...found.words, ...ended, as_of: dayOf(list.issuedAt), due_on: dayOf(list.nextAt) };
  return { ...found, code, known: now < list.nextAt ? "list" : "old_list", words };
};

// Returns { code, known, words, summary }: by what its state is known, and what fills the sentences. `now` in microseconds.
export const judge = async (text, { trust, statuses, now }) => {
  const found = await judgedByTrust(openedOrNull(text), trust, dayOf(now));
  const list = found.code === "valid" ? statuses.get(provinceOf(found.summary.region)) : null;
  return list ? againstList(found, list, now) : found;
};
