// Makes what stands in docs/exchange/examples out of its keys and bodies, and compares. The folder is the argument.

import assert from "node:assert";
import { readFileSync, readdirSync } from "node:fs";

import * as exchange from "./exchange.mjs";
import * as sm from "./sm.mjs";

const { Key, canonical, digest, fromBase64url, hex, numbersOf } = exchange;
const [, , folder] = process.argv;
const file = (name) => JSON.parse(readFileSync(`${folder}/${name}.json`));
const lowered = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

let compared = 0;
function same(made, kept, about) {
  assert.deepStrictEqual(made, kept, about);
  compared++;
}

const keys = {};
for (const [node, named] of Object.entries(file("keys"))) {
  keys[node] = {};
  for (const [what, kept] of Object.entries(named)) {
    const key = Key.of(kept.algorithm, sm.sm3(`tongban example ${node} ${what}`));
    same([hex(key.secret), hex(key.public), key.id], [kept.private, kept.public, kept.key_id], `${node} ${what}`);
    keys[node][what] = key;
  }
}

/** A kept signature holds, what stands between it and the text is so, and one of our own holds too. */
function signature(key, text, kept) {
  const numbers = numbersOf(fromBase64url(kept.der));
  const e = kept.z ? sm.sm3(sm.identityOf(key.public), text) : exchange.sha256(text);
  same([key.id, hex(e)], [kept.key, kept.e], text);
  same(hex(Buffer.concat(numbers.map((half) => sm.bytes(half)))), kept.raw, text);
  assert(key.verify(text, numbers) && key.verify(text, key.sign(text)), text);
}

for (const [node, kept] of Object.entries(file("trust"))) {
  const [{ list }] = kept["trust.json"].lists;
  same(canonical(list), kept.signed, node);
  signature(keys[node].root, kept.signed, kept.signature);
  const known = exchange.trustedKeys(kept["trust.json"], kept.roots);
  same(known.map((one) => one.key.id), ["checkpoint", "exchange", "receiving"].map((what) => keys[node][what].id), node);
}

for (const [way, kept] of Object.entries(file("messages"))) {
  const [source, destination] = way.split(" to ");
  const opens = keys[destination].receiving;
  let previous = exchange.beginning(source, destination);
  same(previous, kept.beginning.digest, way);
  for (const message of kept.messages) {
    const content = exchange.contentOf(message.travels);
    same(canonical({ body: message.body, salt: message.salt }), message.before_sealing, way);
    same(hex(sm.sm3(message.before_sealing)), message.datadigest, way);
    same([content.previous, canonical(content)], [previous, message.canonical], way);
    same([digest(content), exchange.useOf(content)], [message.digest, message.use], way);
    same(exchange.read(message.travels, opens), message.body, way);
    same(opens.open(opens.seal(message.before_sealing, message.use), message.use).toString(), message.before_sealing, way);
    previous = message.digest;
  }
}

for (const [name, kept] of Object.entries(file("requests"))) {
  const request = { ...kept, headers: lowered(kept.headers) };
  const key = keys[name.match(/(\w+) to/)[1]].exchange;
  const said = exchange.signatureOf(request.headers);
  same(exchange.signatureBase(request, said.covered, said.parameters), kept.signature_base, name);
  signature(key, kept.signature_base, kept.signature);
  const keyOf = (id) => (id === key.id ? key : null);
  same(exchange.wrongWith(request, keyOf, 1000 * said.created), "", name);
  same(exchange.wrongWith(request, keyOf, 1000 * (said.expires + 30)), "outside_window", name);
  same(exchange.wrongWith({ ...request, method: "PUT" }, keyOf, 1000 * said.created), "not_signed", name);
}

for (const [name, kept] of Object.entries(file("answers")).filter(([, { signed }]) => signed)) {
  const key = keys[name.match(/to (\w+)$/)[1]].exchange;
  const { signature: sent, ...said } = kept.answer;
  same(canonical(Object.values(said)[0]), kept.signed, name);
  same(sent, { key: key.id, value: kept.signature.der }, name);
  signature(key, kept.signed, kept.signature);
}

for (const [way, kept] of Object.entries(file("files"))) {
  const [source, destination] = way.split(" to ");
  const content = keys[destination].receiving.open(fromBase64url(kept.sealed), kept.use);
  same([exchange.base64url(content), content.length], [kept.content, kept.named.size], way);
  same(hex(sm.sm3(content)), kept.named.digest, way);
  same(`tongban-attachment ${source} ${destination} ${kept.named.digest}`, kept.use, way);
}

for (const name of readdirSync(`${folder}/bodies`)) {
  const { type, subject, body } = file(`bodies/${name.replace(/\.json$/, "")}`);
  if (type.startsWith("cn.tongban.catalogue.")) same(digest(body).slice(0, 16), subject.split(":").at(-1), name);
  if (body.says && body.digest) same(digest(body.says), body.digest, name);
  if (body.content) same(digest(body.content), body.digest, name);
  if (body.signature?.public_key) {
    const { algorithm, public_key, value, ...signed } = body.signature;
    const key = new Key(algorithm, fromBase64url(public_key));
    if (body.rule) same(digest({ recognition: body.rule }), signed.digest, name);
    same(key.id, signed.key, name);
    assert(key.verify(Buffer.from(signed.digest, "hex"), numbersOf(fromBase64url(value))), name);
  }
}

console.log(compared);
