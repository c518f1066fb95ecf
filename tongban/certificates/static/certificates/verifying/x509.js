// Who says that this public key is whose? The X.509 certificates of roots and authorities, as Tongban writes them
// (RFC 5280, 4.1; GM/T 0015-2012). What a root of a trust list signs is ours in every byte; another shape throws NotRead.
import { demand, fromHex, hex, NotRead, same, textOf } from "./bytes.js";
import { ofDer, verify } from "./signatures.js";

const SPKI = new Map([
  ["SM2-SM3", fromHex("3059301306072a8648ce3d020106082a811ccf5501822d034200")],
  ["ES256", fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200")],
]);
const SIGNED_BY = new Map([["06082a811ccf55018375", "SM2-SM3"], ["06082a8648ce3d040302", "ES256"]]);
const NUMBER = "0603550461";
const BASIC_CONSTRAINTS = "0603551d13", KEY_USAGE = "0603551d0f", KEY_IDENTIFIER = "0603551d0e", AUTHORITY_KEY = "0603551d23";
const SEQUENCE = 0x30, SET = 0x31, BITS = 0x03, OCTETS = 0x04, TRUE = "0101ff";

// One element: its tag, its content, and itself whole.
const element = (bytes, start) => {
  demand(start + 2 <= bytes.length, "cut off");
  let length = bytes[start + 1], head = 2;
  if (length >= 0x80) {
    const digits = length & 0x7f;
    demand(digits === 1 || digits === 2, "too long");
    length = bytes.subarray(start + 2, start + 2 + digits).reduce((total, byte) => total * 256 + byte, 0);
    demand(length >= (digits === 1 ? 0x80 : 0x100));
    head += digits;
  }
  const end = start + head + length;
  demand(end <= bytes.length, "cut off");
  return { tag: bytes[start], content: bytes.subarray(start + head, end), whole: bytes.subarray(start, end), end };
};

const elements = (bytes) => {
  const found = [];
  for (let place = 0; place < bytes.length; place = found.at(-1).end) found.push(element(bytes, place));
  return found;
};

const inside = (outer, tag) => {
  demand(outer?.tag === tag, "another shape");
  return elements(outer.content);
};

const only = (bytes) => {
  const [one, ...more] = elements(bytes);
  demand(one && more.length === 0, "more behind it");
  return one;
};

const bitString = (one) => {
  demand(one?.tag === BITS && one.content[0] === 0, "another shape");
  return one.content.subarray(1);
};

// UTCTime or GeneralizedTime in microseconds.
const time = ({ tag, content }) => {
  const text = textOf(content), long = tag === 0x18;
  demand((long || tag === 0x17) && (long ? /^\d{14}Z$/ : /^\d{12}Z$/).test(text), "not a time");
  const digits = long ? text : (text < "50" ? "20" : "19") + text;
  const [year, month, day, hour, minute, second] = [4, 6, 8, 10, 12, 14].map((end, place) => digits.slice(place && end - 2, end));
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  demand(!Number.isNaN(ms), "not a time");
  return ms * 1000;
};

const algorithmOf = (one) => {
  const [name, ...parameters] = inside(one, SEQUENCE);
  const algorithm = SIGNED_BY.get(hex(name.whole));
  demand(algorithm && parameters.length === 0, "another algorithm");
  return algorithm;
};

const publicKeyOf = (one) => {
  for (const [algorithm, prefix] of SPKI)
    if (one.whole.length === prefix.length + 65 && same(one.whole.subarray(0, prefix.length), prefix))
      return { algorithm, publicKey: one.whole.subarray(prefix.length) };
  throw new NotRead("another key");
};

const numberOf = (name) => {
  for (const set of inside(name, SEQUENCE)) {
    const [pair] = inside(set, SET), [type, value] = inside(pair, SEQUENCE);
    if (hex(type.whole) === NUMBER) return textOf(value.content);
  }
  return "";
};

const extensions = (outer) => {
  const said = new Map();
  for (const one of inside(only(outer.content), SEQUENCE)) {
    const parts = inside(one, SEQUENCE), name = hex(parts[0].whole), value = parts.at(-1);
    const critical = parts.length === 3 && hex(parts[1].whole) === TRUE;
    demand(value.tag === OCTETS && (parts.length === 2 || critical) && !said.has(name), "another shape");
    demand(!critical || name === BASIC_CONSTRAINTS || name === KEY_USAGE, "an extension nobody knows");
    said.set(name, only(value.content));
  }
  return said;
};

// An authority is marked so and may sign certificates (bit 5 of its key usage).
const isAuthority = (said) => {
  const basic = said.get(BASIC_CONSTRAINTS), usage = said.get(KEY_USAGE);
  if (!basic || !inside(basic, SEQUENCE).some((part) => hex(part.whole) === TRUE)) return false;
  return !usage || (usage.content[1] & 0x04) !== 0;
};

export const read = (encoded) => {
  const [signed, algorithm, value, ...more] = inside(only(encoded), SEQUENCE);
  const parts = inside(signed, SEQUENCE);
  demand(more.length === 0 && parts.length === 8 && hex(parts[0].whole) === "a003020102" && parts[7].tag === 0xa3, "another shape");
  const [, , inner, issuer, validity, subject, key, further] = parts;
  demand(same(inner.whole, algorithm.whole), "two algorithms");
  const [from, until] = inside(validity, SEQUENCE).map(time), said = extensions(further);
  const authorityKey = said.get(AUTHORITY_KEY);
  return {
    encoded,
    subject: subject.whole,
    issuer: issuer.whole,
    number: numberOf(subject),
    ...publicKeyOf(key),
    validFrom: from,
    validUntil: until + 1e6,
    authority: isAuthority(said),
    keyId: hex(said.get(KEY_IDENTIFIER)?.content ?? []),
    issuerKeyId: authorityKey ? hex(inside(authorityKey, SEQUENCE)[0]?.content ?? []) : "",
    signed: signed.whole,
    signature: ofDer(bitString(value)),
    signedBy: algorithmOf(algorithm),
  };
};

export const stands = (certified, at) => certified.validFrom <= at && at < certified.validUntil;

// Whether a root of these gave this certificate, at the instant from which it counts.
export const isFrom = async (certified, roots) => {
  for (const root of roots) {
    const named = same(root.subject, certified.issuer) && ["", root.keyId].includes(certified.issuerKeyId);
    if (!named || !root.authority || !stands(root, certified.validFrom)) continue;
    if (await verify(certified.signedBy, root.publicKey, certified.signed, certified.signature)) return true;
  }
  return false;
};
