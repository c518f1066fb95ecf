// Whose keys are trusted? The trust lists of regions, each signed by a root that was pinned when this page was installed.
// A list that brings a new root is signed by the old one too. tongban/domain/trust.py tells the same at length.
import { demand, fromBase64url, instant, same } from "./bytes.js";
import { canonical, hasOnly } from "./canonical.js";
import { ofDer, verify } from "./signatures.js";
import * as x509 from "./x509.js";

const VERSION = 2;
const LIST = ["type", "region", "issued_at", "next_at", "roots", "keys"];
const KEY = ["key_id", "owner", "name", "purpose", "algorithm", "public_key", "valid_from", "valid_until", "retired_at", "certificate"];
const CERTIFIED = new Set(["certificate", "status"]);

const instantOrNone = (text) => (text === null ? null : instant(text));

const keyOf = (entry, region) => {
  demand(hasOnly(entry, KEY) && ["key_id", "owner", "name", "purpose"].every((name) => typeof entry[name] === "string"));
  return {
    keyId: entry.key_id,
    owner: entry.owner,
    purpose: entry.purpose,
    algorithm: entry.algorithm,
    publicKey: fromBase64url(entry.public_key),
    validFrom: instant(entry.valid_from),
    validUntil: instantOrNone(entry.valid_until),
    retiredAt: instantOrNone(entry.retired_at),
    certificate: entry.certificate === null ? null : fromBase64url(entry.certificate),
    region,
  };
};

// One of the region's own roots has signed, and the reader has pinned it.
const isSigned = async (said, list, signatures, pinned) => {
  for (const { root: id, value } of signatures) {
    const root = list.roots.find((one) => one.keyId === id && one.number === list.region);
    const trusted = root && pinned.some((encoded) => same(encoded, root.encoded));
    if (!trusted || !root.authority || !x509.stands(root, list.issuedAt)) continue;
    if (await verify(root.algorithm, root.publicKey, canonical(said), ofDer(fromBase64url(value)))) return true;
  }
  return false;
};

const isCertified = async (key, roots) => {
  if (!key.certificate) return false;
  const certified = x509.read(key.certificate);
  const fits = same(certified.publicKey, key.publicKey) && certified.algorithm === key.algorithm && certified.number === key.owner;
  return fits && (await x509.isFrom(certified, roots));
};

const regionList = async ({ list: said, signatures }, pinned) => {
  demand(hasOnly(said, LIST) && said.type === "tongban trust list" && typeof said.region === "string");
  const list = {
    region: said.region,
    issuedAt: instant(said.issued_at),
    nextAt: instant(said.next_at),
    roots: said.roots.map((root) => x509.read(fromBase64url(root))),
    keys: said.keys.map((entry) => keyOf(entry, said.region)),
  };
  demand(await isSigned(said, list, signatures, pinned), "not signed by a root that was pinned");
  for (const key of list.keys) if (CERTIFIED.has(key.purpose)) demand(await isCertified(key, list.roots), "not certified");
  return list;
};

const demandDistinct = (names) => demand(new Set(names).size === names.length, "named twice");

// Reads the published file, parsed from JSON. Throws NotRead, or whatever an object without the members throws.
export const parse = async (file, pinned) => {
  demand(file.version === VERSION, "another version");
  const lists = [];
  for (const one of file.lists) lists.push(await regionList(one, pinned));
  const keys = lists.flatMap((one) => one.keys);
  demandDistinct(lists.map((one) => one.region));
  demandDistinct(keys.map((key) => `${key.region} ${key.keyId}`));
  const vouchedFor = new Set(keys.filter((key) => CERTIFIED.has(key.purpose)).map((key) => `${key.owner} ${key.region}`));
  demandDistinct([...vouchedFor].map((pair) => pair.slice(0, pair.lastIndexOf(" "))));
  return { lists, keys };
};

export const rootsOf = (trust) => trust.lists.flatMap((one) => one.roots.map((root) => root.encoded));

// The instant of the list that names the key, or of the oldest where none does.
export const asOf = (trust, keyId) => {
  const naming = trust.lists.find((one) => one.keys.some((key) => key.keyId === keyId));
  return naming ? naming.issuedAt : trust.lists.length ? Math.min(...trust.lists.map((one) => one.issuedAt)) : null;
};

export const keyStands = (key, at) =>
  key.validFrom <= at && [key.validUntil, key.retiredAt].every((end) => end === null || at < end);
