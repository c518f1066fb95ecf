// How do bytes, texts, days and instants stand in what is verified? Each in exactly one form; anything else throws NotRead.

export class NotRead extends Error {}

export const demand = (holds, why = "not in its one form") => {
  if (!holds) throw new NotRead(why);
};

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => new TextEncoder().encode(text);

export const textOf = (bytes) => {
  try {
    return strict.decode(bytes);
  } catch {
    throw new NotRead("not UTF-8");
  }
};

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const number = (bytes) => BigInt(`0x${hex(bytes) || "0"}`);
export const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

export const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
};

// base64url without padding (RFC 4648, 5); stray bits at the end are refused.
export const fromBase64url = (text) => {
  demand(typeof text === "string" && /^[A-Za-z0-9_-]*$/.test(text), "not base64url");
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const again = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    demand(again === text);
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    throw new NotRead("not base64url");
  }
};

const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^((?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{6}))?\+00:00$/;
const BEIJING_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

// A day is its ISO text: such texts compare as the days do.
export const day = (text) => {
  demand(typeof text === "string" && DAY.test(text), "not a day");
  const ms = Date.parse(`${text}T00:00:00Z`);
  demand(!Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text, "not a day");
  return text;
};

export const dayBefore = (text) => new Date(Date.parse(`${text}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);

// An instant is a number of microseconds, as the lists write it to the microsecond.
export const instant = (text) => {
  const parts = typeof text === "string" ? INSTANT.exec(text) : null;
  demand(parts && parts[2] !== "000000", "not an instant");
  const ms = Date.parse(`${parts[1]}Z`);
  demand(!Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === parts[1], "not an instant");
  return ms * 1000 + Number(parts[2] ?? 0);
};

// The day that an instant falls on where the authorities sit: Beijing time, without summer time.
export const dayOf = (microseconds) =>
  new Date(Math.floor(microseconds / 1000) + BEIJING_MS).toISOString().slice(0, 10);
