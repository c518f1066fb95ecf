// Which certificates do not count although their signature holds? The status lists of regions, each signed by the key that
// the region's trust list names for it. tongban/domain/status.py tells the same at length.
import { day, demand, fromBase64url, instant } from "./bytes.js";
import { canonical, hasOnly } from "./canonical.js";
import { ofDer, verify } from "./signatures.js";
import { keyStands } from "./trust.js";

const VERSION = 1;
const LIST = ["type", "region", "issued_at", "next_at", "ended"];
const ENTRY = ["identifier", "status", "on", "by"];

const entryOf = (entry, known) => {
  demand(hasOnly(entry, ENTRY) && typeof entry.identifier === "string" && typeof entry.by === "string");
  demand(known.includes(entry.status), "another state");
  return [entry.identifier, { status: entry.status, on: day(entry.on), article: entry.by }];
};

const regionList = async ({ list: said, signature }, trust, known) => {
  demand(hasOnly(said, LIST) && said.type === "tongban status list" && typeof said.region === "string");
  const list = {
    region: said.region,
    issuedAt: instant(said.issued_at),
    nextAt: instant(said.next_at),
    ended: new Map(said.ended.map((entry) => entryOf(entry, known))),
  };
  demand(list.ended.size === said.ended.length, "named twice");
  const keys = trust.lists.find((one) => one.region === list.region)?.keys ?? [];
  const key = keys.find((one) => one.keyId === signature.key && one.owner === `region:${list.region}` && one.purpose === "status");
  demand(key && keyStands(key, list.issuedAt), "another key");
  demand(await verify(key.algorithm, key.publicKey, canonical(said), ofDer(fromBase64url(signature.value))), "not signed");
  return list;
};

// Reads the published file, parsed from JSON, by region; `known` are the states that a list may tell.
export const parse = async (file, trust, known) => {
  demand(file.version === VERSION, "another version");
  const lists = new Map();
  for (const one of file.lists) {
    const list = await regionList(one, trust, known);
    demand(!lists.has(list.region), "named twice");
    lists.set(list.region, list);
  }
  return lists;
};
