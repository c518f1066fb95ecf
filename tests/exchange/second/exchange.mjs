// The exchange as docs/exchange.md and docs/exchange/forms.md tell it: bytes, keys, trust lists, messages, requests.

import { createECDH, createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";

import * as hpke from "./hpke.mjs";
import * as sm from "./sm.mjs";

// --- bytes ---------------------------------------------------------------------------------------------------------

export const hex = (data) => data.toString("hex");
export const base64url = (data) => Buffer.from(data).toString("base64url");
export const sha256 = (data) => createHash("sha256").update(data).digest();

export function fromBase64url(text) {
  const data = Buffer.from(text, "base64url");
  if (base64url(data) !== text) throw new Error("not base64url");
  return data;
}

/** RFC 8785: numbers and strings as ECMAScript writes them, names by their UTF-16 units. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

export const digestOf = (data) => hex(sm.sm3(data));
export const digest = (value) => digestOf(canonical(value));

// --- DER -----------------------------------------------------------------------------------------------------------

function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}

function integer(value) {
  const digits = value.toString(16);
  const content = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return der(0x02, ...(content[0] & 128 ? [Buffer.from([0])] : []), content);
}

/** The elements that stand one after the other, each whole and by its content. */
function elements(data) {
  const found = [];
  for (let at = 0; at < data.length; ) {
    let [start, length] = [at + 2, data[at + 1]];
    if (length > 128) {
      start += length - 128;
      length = Number(sm.number(data.subarray(at + 2, start)));
    }
    found.push({ whole: data.subarray(at, start + length), content: data.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

const inside = (data) => elements(elements(data)[0].content);

export const signatureInDer = ([r, s]) => der(0x30, integer(r), integer(s));

export function numbersOf(signature) {
  const numbers = inside(signature).map((one) => sm.number(one.content));
  if (numbers.length !== 2 || !signatureInDer(numbers).equals(signature)) throw new Error("not in DER");
  return numbers;
}

// --- keys ----------------------------------------------------------------------------------------------------------

const SM2 = "SM2-SM3";
const CURVE = { [SM2]: "06082a811ccf5501822d", ES256: "06082a8648ce3d030107" };
const SIGNED_BY = { [SM2]: "06082a811ccf55018375", ES256: "06082a8648ce3d040302" };
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** SubjectPublicKeyInfo. */
const infoOf = ({ algorithm, public: point }) =>
  der(
    0x30,
    der(0x30, Buffer.from("06072a8648ce3d0201", "hex"), Buffer.from(CURVE[algorithm], "hex")),
    der(0x03, Buffer.from([0]), point),
  );

export class Key {
  constructor(algorithm, point, secret = null) {
    Object.assign(this, { algorithm, public: point, secret });
  }

  static of(algorithm, secret) {
    if (algorithm === SM2) return new Key(algorithm, sm.publicOf(secret), secret);
    const own = createECDH("prime256v1");
    own.setPrivateKey(secret);
    return new Key(algorithm, own.getPublicKey(), secret);
  }

  get id() {
    return `k-${hex(sm.sm3(this.public)).slice(0, 16)}`;
  }

  sign(message) {
    if (this.algorithm === SM2) return sm.sign(this.secret, Buffer.from(message));
    const [x, y] = [this.public.subarray(1, 33), this.public.subarray(33)].map(base64url);
    const own = createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", d: base64url(this.secret), x, y } });
    const [r, s] = numbersOf(sign("sha256", Buffer.from(message), own));
    return [r, s > P256_ORDER / 2n ? P256_ORDER - s : s];
  }

  verify(message, signature) {
    if (this.algorithm === SM2) return sm.verify(this.public, Buffer.from(message), signature);
    const theirs = createPublicKey({ key: infoOf(this), format: "der", type: "spki" });
    return verify("sha256", Buffer.from(message), theirs, signatureInDer(signature));
  }

  seal(plaintext, use) {
    if (this.algorithm !== SM2) return hpke.seal(this.public, Buffer.from(plaintext), Buffer.from(use));
    const key = randomBytes(16);
    const { x, y, c3, c2 } = sm.encrypt(this.public, key);
    const encrypted = der(0x30, integer(x), integer(y), der(0x04, c3), der(0x04, c2));
    const head = Buffer.concat([sm.bytes(BigInt(encrypted.length), 2), encrypted]);
    return Buffer.concat([head, sm.seal(key, Buffer.from(plaintext), Buffer.concat([head, Buffer.from(use)]))]);
  }

  open(sealed, use) {
    if (this.algorithm !== SM2) return hpke.open(this.secret, sealed, Buffer.from(use));
    const head = sealed.subarray(0, 2 + sealed.readUInt16BE(0));
    const [x, y, c3, c2] = inside(head.subarray(2)).map((one) => one.content);
    const key = sm.decrypt(this.secret, { x: sm.number(x), y: sm.number(y), c3, c2 });
    return sm.open(key, sealed.subarray(head.length), Buffer.concat([head, Buffer.from(use)]));
  }
}

// --- roots and trust lists -----------------------------------------------------------------------------------------

export const rootName = (key) => hex(sha256(key.public).subarray(0, 20));

/** The key of a root, in DER. */
function rootKey(certificate) {
  const info = elements(inside(certificate)[0].content)[6];
  const [algorithm, point] = elements(info.content);
  const curve = hex(elements(algorithm.content)[1].whole);
  return new Key(
    Object.keys(CURVE).find((name) => CURVE[name] === curve),
    point.content.subarray(1),
  );
}

/** Return a root for a region, signed by itself. */
export function rootCertificate(key, { region, name, from, until }) {
  const part = (oid, tag, text) => der(0x31, der(0x30, Buffer.from(oid, "hex"), der(tag, Buffer.from(text))));
  const named = der(0x30, part("0603550406", 0x13, "CN"), part("0603550461", 0x0c, region), part("0603550403", 0x0c, name));
  const time = (at) => der(0x17, Buffer.from(at.toISOString().replace(/^..|[-:T]|\.\d+/g, "")));
  const extension = (oid, critical, value) =>
    der(0x30, Buffer.from(oid, "hex"), ...(critical ? [Buffer.from("0101ff", "hex")] : []), der(0x04, value));
  const id = Buffer.from(rootName(key), "hex");
  const extensions = [
    extension("0603551d13", true, Buffer.from("30060101ff020100", "hex")),
    extension("0603551d0f", true, Buffer.from("03020106", "hex")),
    extension("0603551d0e", false, der(0x04, id)),
    extension("0603551d23", false, der(0x30, der(0x80, id))),
  ];
  const algorithm = der(0x30, Buffer.from(SIGNED_BY[key.algorithm], "hex"));
  const signed = der(
    0x30,
    der(0xa0, integer(2n)),
    integer(1n),
    algorithm,
    named,
    der(0x30, time(from), time(until)),
    named,
    infoOf(key),
    der(0xa3, der(0x30, ...extensions)),
  );
  return der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), signatureInDer(key.sign(signed))));
}

export const pem = (certificate) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

const unarmoured = (text) =>
  [...text.matchAll(/BEGIN CERTIFICATE-----([^-]*)/g)].map(([, content]) => Buffer.from(content, "base64"));

/** Return the keys of the lists that a root which people brought has signed. */
export function trustedKeys(file, roots) {
  if (file.version !== 2) throw new Error("a trust list of another version");
  const pinned = unarmoured(roots);
  return file.lists.flatMap(({ list, signatures }) => {
    const known = list.roots.map(fromBase64url).filter((root) => pinned.some((one) => one.equals(root)));
    const trusted = known.map(rootKey);
    const good = signatures.some(({ root, value }) =>
      trusted.some((key) => rootName(key) === root && key.verify(canonical(list), numbersOf(fromBase64url(value)))),
    );
    if (!good) throw new Error(`nobody who is trusted has signed the list of ${list.region}`);
    return list.keys.map((key) => ({ ...key, key: new Key(key.algorithm, fromBase64url(key.public_key)) }));
  });
}

export function trustList(root, certificate, { region, at, until, keys }) {
  const list = {
    type: "tongban trust list",
    region,
    issued_at: instant(at),
    next_at: instant(until),
    roots: [base64url(certificate)],
    keys,
  };
  const value = base64url(signatureInDer(root.sign(canonical(list))));
  return { version: 2, lists: [{ list, signatures: [{ root: rootName(root), value }] }] };
}

export const instant = (at) => at.toISOString().replace(/\.000Z|(\.\d{3})Z/, (_, part) => `${part ? `${part}000` : ""}+00:00`);

// --- messages ------------------------------------------------------------------------------------------------------

export const beginning = (source, destination) => digest(["tongban-exchange", source, destination]);

export function contentOf(travelling) {
  const { datakey, data_base64, ...content } = travelling;
  return content;
}

export const useOf = (content) => `tongban-exchange ${digest(content)}`;

/** Return the next message of a way as it travels; `way` moves on. */
export function write(way, { id, type, subject, body, at, to }) {
  const wrapped = canonical({ body, salt: base64url(randomBytes(16)) });
  const content = {
    specversion: "1.0",
    id,
    source: way.source,
    destination: way.destination,
    sequence: String(way.digests.length),
    previous: way.digests.at(-1),
    type,
    subject,
    time: instant(at),
    datacontenttype: "application/json",
    datadigest: digestOf(wrapped),
  };
  way.digests.push(digest(content));
  return { ...content, datakey: to.id, data_base64: base64url(to.seal(wrapped, useOf(content))) };
}

/** Return the body of a message. */
export function read(travelling, key) {
  const wrapped = key.open(fromBase64url(travelling.data_base64), useOf(contentOf(travelling)));
  if (digestOf(wrapped) !== travelling.datadigest) throw new Error("the body is another than the digest says");
  return JSON.parse(wrapped).body;
}

/** A receipt or standing as it is sent. */
export const vouched = (name, said, key) => ({
  [name]: said,
  signature: { key: key.id, value: base64url(signatureInDer(key.sign(canonical(said)))) },
});

export const holds = (said, { value }, key) => key.verify(canonical(said), numbersOf(fromBase64url(value)));

// --- requests ------------------------------------------------------------------------------------------------------

const COVERED = ["@method", "@authority", "@path", "@query", "tongban-node", "content-digest"];
const TAG = "tongban-exchange";

export const contentDigest = (body) => `sha-256=:${sha256(body).toString("base64")}:`;

export function signatureBase({ method, url, headers }, covered, parameters) {
  const { host, pathname, search } = new URL(url);
  const derived = { "@method": method, "@authority": host, "@path": pathname, "@query": search || "?" };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  return [...lines, `"@signature-params": ${parameters}`].join("\n");
}

export function signedRequest({ method, url, node, body = "", at, key }) {
  const headers = { "tongban-node": node, "content-digest": contentDigest(body) };
  if (body) headers["content-type"] = "application/json";
  const created = Math.floor(at / 1000);
  const named = `(${COVERED.map((name) => `"${name}"`).join(" ")})`;
  const parameters = `${named};created=${created};expires=${created + 300};keyid="${key.id}";tag="${TAG}"`;
  const halves = key.sign(signatureBase({ method, url, headers }, COVERED, parameters)).map((half) => sm.bytes(half));
  headers["signature-input"] = `second=${parameters}`;
  headers.signature = `second=:${Buffer.concat(halves).toString("base64")}:`;
  return { method, url, headers, body };
}

/** What the headers say of a signature. */
export function signatureOf(headers) {
  const [, label, parameters, named, rest] = /^([\w*.-]+)=(\(([^)]*)\)(.*))$/.exec(headers["signature-input"]);
  const [, same, value] = /^([\w*.-]+)=:([\w+/=]+):$/.exec(headers.signature);
  const raw = Buffer.from(value, "base64");
  if (label !== same || raw.length !== 64) throw new Error("not signed");
  const said = [...rest.matchAll(/;(\w+)=(?:"([^"]*)"|(\d+))/g)].map(([, name, text, count]) => [name, text ?? +count]);
  return {
    parameters,
    covered: named.split(" ").map((name) => name.slice(1, -1)),
    ...Object.fromEntries(said),
    numbers: [sm.number(raw.subarray(0, 32)), sm.number(raw.subarray(32))],
  };
}

/** Return the code of what is wrong with a request; empty: it was signed just now. */
export function wrongWith(request, keyOf, at) {
  const signature = signatureOf(request.headers);
  const key = keyOf(signature.keyid);
  if (!key) return "unknown_key";
  const whole = COVERED.every((name) => signature.covered.includes(name)) && signature.tag === TAG;
  const base = signatureBase(request, signature.covered, signature.parameters);
  const unchanged = request.headers["content-digest"] === contentDigest(request.body);
  if (!whole || !unchanged || !key.verify(base, signature.numbers)) return "not_signed";
  const seconds = at / 1000;
  const within = signature.created - 30 <= seconds && seconds < signature.expires + 30;
  return within && signature.expires - signature.created <= 600 ? "" : "outside_window";
}
