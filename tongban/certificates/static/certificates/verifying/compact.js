// What does the code on a sheet say? `TB1:`, base45, one COSE_Sign1 in deterministic CBOR (RFC 9285, 9052, 8949, 4.2.1).
// Nothing is read leniently and written again to compare: each step takes the one form only, in work that its length bounds.
import { day, dayBefore, demand, join, NotRead, textOf, utf8 } from "./bytes.js";
import { ofHalves } from "./signatures.js";

export const PREFIX = "TB1:";
const LARGEST = 2048;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const ALGORITHMS = new Map([[-7, "ES256"], [-65537, "SM2-SM3"]]);
const FIELDS = ["typeName", "identifier", "holder", "holderNumber", "issuer", "issuerCode", "validFrom", "validUntil", "digest", "region"];

const base45 = (text) => {
  demand(text.length % 3 !== 1);
  const bytes = [];
  for (let place = 0; place < text.length; place += 3) {
    const digits = Array.from(text.slice(place, place + 3), (letter) => LETTERS.indexOf(letter));
    demand(digits.every((digit) => digit >= 0), "not base45");
    const value = digits.reduceRight((total, digit) => total * 45 + digit, 0);
    demand(value < (digits.length === 3 ? 65536 : 256));
    bytes.push(...(digits.length === 3 ? [value >> 8, value & 255] : [value]));
  }
  return Uint8Array.from(bytes);
};

// Takes one item after another from deterministic CBOR; each is demanded in its kind.
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 0;
  }

  take(length) {
    demand(this.place + length <= this.bytes.length, "cut off");
    this.place += length;
    return this.bytes.subarray(this.place - length, this.place);
  }

  // The argument of a head of this major type, in its shortest form.
  head(major) {
    const [first] = this.take(1), low = first & 31;
    demand(first >> 5 === major && low < 27, "another kind");
    if (low < 24) return low;
    const value = this.take(2 ** (low - 24)).reduce((total, byte) => total * 256 + byte, 0);
    demand(value >= [24, 256, 65536][low - 24]);
    return value;
  }

  integer() {
    return this.bytes[this.place] >> 5 === 1 ? -1 - this.head(1) : this.head(0);
  }

  end() {
    demand(this.place === this.bytes.length, "more behind it");
  }

  data = () => this.take(this.head(2));
  text = () => textOf(this.take(this.head(3)));
}

const head = (major, length) => {
  if (length < 24) return [(major << 5) | length];
  return length < 256 ? [(major << 5) | 24, length] : [(major << 5) | 25, length >> 8, length & 255];
};

// Sig_structure: what a COSE_Sign1 signs (RFC 9052, 4.4).
const covered = (header, payload) =>
  join([0x84], head(3, 10), utf8("Signature1"), head(2, header.length), header, [0x40], head(2, payload.length), payload);

const message = (bytes) => {
  const reader = new Reader(bytes);
  demand(reader.head(6) === 18 && reader.head(4) === 4, "no COSE_Sign1");
  const header = reader.data();
  demand(reader.head(5) === 0, "unprotected entries");
  const payload = reader.data(), signature = reader.data();
  reader.end();
  demand(signature.length === 64, "another signature");
  return { header, payload, signature: ofHalves(signature), covered: covered(header, payload) };
};

const named = (header) => {
  const reader = new Reader(header);
  demand(reader.head(5) === 2 && reader.head(0) === 1, "another header");
  const algorithm = ALGORITHMS.get(reader.integer());
  demand(algorithm && reader.head(0) === 4, "another header");
  const key = textOf(reader.data());
  reader.end();
  return { algorithm, key };
};

const summary = (payload) => {
  const reader = new Reader(payload), said = { validUntil: null };
  const entries = reader.head(5);
  demand(entries === FIELDS.length || entries === FIELDS.length - 1, "other entries");
  const withoutEnd = entries < FIELDS.length;
  for (const [place, field] of FIELDS.entries()) {
    if (withoutEnd && field === "validUntil") continue;
    demand(reader.head(0) === place + 1, "other entries");
    said[field] = field === "digest" ? reader.data() : reader.text();
  }
  reader.end();
  day(said.validFrom);
  demand(said.digest.length === 16 && (withoutEnd || day(said.validUntil) > said.validFrom));
  return { ...said, lastDay: withoutEnd ? null : dayBefore(said.validUntil) };
};

// Returns what a code says and the signature over it, not verified yet. Throws NotRead.
export const openUp = (text) => {
  if (!text.startsWith(PREFIX) || text.length > 2 * LARGEST) throw new NotRead("no code of ours");
  const bytes = base45(text.slice(PREFIX.length));
  demand(bytes.length <= LARGEST, "too long");
  const signed = message(bytes);
  return { said: summary(signed.payload), signed: { ...signed, ...named(signed.header) } };
};
