// SM2 (GB/T 32918) over big integers and SM4 in Galois/Counter Mode (GB/T 32907, GB/T 36624). SM3 comes from node.
// For trying out only: it is slow, and what it does takes longer for some keys than for others.

import { createHash, randomBytes } from "node:crypto";

export function sm3(...parts) {
  const hash = createHash("sm3");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export const number = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
export const bytes = (value, length = 32) => Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
const xor = (one, other) => Buffer.from(one.map((byte, place) => byte ^ other[place]));

// --- the curve -----------------------------------------------------------------------------------------------------

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const BASE = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];

const mod = (value, modulus) => ((value % modulus) + modulus) % modulus;

function inverse(value, modulus) {
  let [before, rest, one, other] = [mod(value, modulus), modulus, 1n, 0n];
  while (rest) {
    const times = before / rest;
    [before, rest] = [rest, before - times * rest];
    [one, other] = [other, one - times * other];
  }
  return mod(one, modulus);
}

function add(one, other) {
  if (!one || !other) return one || other;
  const same = one[0] === other[0];
  if (same && mod(one[1] + other[1], P) === 0n) return null;
  const slope = same
    ? mod((3n * one[0] * one[0] + A) * inverse(2n * one[1], P), P)
    : mod((other[1] - one[1]) * inverse(other[0] - one[0], P), P);
  const x = mod(slope * slope - one[0] - other[0], P);
  return [x, mod(slope * (one[0] - x) - one[1], P)];
}

function times(factor, point) {
  let sum = null;
  for (const bit of factor.toString(2)) {
    sum = add(sum, sum);
    if (bit === "1") sum = add(sum, point);
  }
  return sum;
}

function pointOf(publicKey) {
  const [x, y] = [number(publicKey.subarray(1, 33)), number(publicKey.subarray(33))];
  const onCurve = mod(y * y - x * x * x - A * x - B, P) === 0n;
  if (publicKey.length !== 65 || publicKey[0] !== 4 || !onCurve) throw new Error("not a point of the curve");
  return [x, y];
}

function draw() {
  const drawn = number(randomBytes(32));
  return drawn > 0n && drawn < N ? drawn : draw();
}

// --- SM2 -----------------------------------------------------------------------------------------------------------

export function publicOf(privateKey) {
  const [x, y] = times(number(privateKey), BASE);
  return Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]);
}

/** Z of a signer: his identity, the curve and his key. */
export function identityOf(publicKey, identity = Buffer.from("1234567812345678")) {
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(8 * identity.length);
  return sm3(bits, identity, ...[A, B, ...BASE].map((value) => bytes(value)), publicKey.subarray(1));
}

export function sign(privateKey, message) {
  const [e, d] = [number(sm3(identityOf(publicOf(privateKey)), message)), number(privateKey)];
  for (;;) {
    const k = draw();
    const r = mod(e + times(k, BASE)[0], N);
    const s = mod(inverse(1n + d, N) * (k - r * d), N);
    if (r && s && r + k !== N) return [r, s];
  }
}

export function verify(publicKey, message, [r, s]) {
  const [e, t] = [number(sm3(identityOf(publicKey), message)), mod(r + s, N)];
  if (r <= 0n || s <= 0n || r >= N || s >= N || t === 0n) return false;
  return mod(e + add(times(s, BASE), times(t, pointOf(publicKey)))[0], N) === r;
}

function derived(shared, length) {
  const pieces = [];
  for (let count = 1; 32 * pieces.length < length; count++) pieces.push(sm3(shared, bytes(BigInt(count), 4)));
  return Buffer.concat(pieces).subarray(0, length);
}

export function encrypt(publicKey, plaintext) {
  const k = draw();
  const [x, y] = times(k, BASE);
  const [x2, y2] = times(k, pointOf(publicKey)).map((value) => bytes(value));
  const c2 = xor(plaintext, derived(Buffer.concat([x2, y2]), plaintext.length));
  return { x, y, c3: sm3(x2, plaintext, y2), c2 };
}

export function decrypt(privateKey, { x, y, c3, c2 }) {
  const point = pointOf(Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]));
  const [x2, y2] = times(number(privateKey), point).map((value) => bytes(value));
  const plaintext = xor(c2, derived(Buffer.concat([x2, y2]), c2.length));
  if (!sm3(x2, plaintext, y2).equals(c3)) throw new Error("it does not open");
  return plaintext;
}

// --- SM4-GCM -------------------------------------------------------------------------------------------------------

const BOX = Buffer.from(
  "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62" +
    "e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1" +
    "e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec684" +
    "18f07dec3adc4d2079ee5f3ed7cb3948",
  "hex",
);
const FIXED = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];

const turned = (word, bits) => (word << bits) | (word >>> (32 - bits));
const substituted = (word) => [24, 16, 8, 0].reduce((made, shift) => made | (BOX[(word >>> shift) & 255] << shift), 0);

function roundKeys(key) {
  const words = FIXED.map((fixed, place) => fixed ^ key.readUInt32BE(4 * place));
  for (let round = 0; round < 32; round++) {
    const constant = [0, 1, 2, 3].reduce((made, byte) => (made << 8) | (((4 * round + byte) * 7) & 255), 0);
    const t = substituted(words[round + 1] ^ words[round + 2] ^ words[round + 3] ^ constant);
    words.push(words[round] ^ t ^ turned(t, 13) ^ turned(t, 23));
  }
  return words.slice(4);
}

function block(keys, plaintext) {
  const words = [0, 4, 8, 12].map((place) => plaintext.readUInt32BE(place));
  keys.forEach((key, round) => {
    const t = substituted(words[round + 1] ^ words[round + 2] ^ words[round + 3] ^ key);
    words.push(words[round] ^ t ^ turned(t, 2) ^ turned(t, 10) ^ turned(t, 18) ^ turned(t, 24));
  });
  const made = Buffer.alloc(16);
  [35, 34, 33, 32].forEach((word, place) => made.writeUInt32BE(words[word] >>> 0, 4 * place));
  return made;
}

function multiplied(one, other) {
  let product = 0n;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((one >> bit) & 1n) product ^= other;
    other = other & 1n ? (other >> 1n) ^ (0xe1n << 120n) : other >> 1n;
  }
  return product;
}

const padded = (data) => Buffer.concat([data, Buffer.alloc((16 - (data.length % 16)) % 16)]);

function counted(keys, nonce, data) {
  const made = Buffer.alloc(data.length);
  for (let start = 0; start < data.length; start += 16) {
    const stream = block(keys, Buffer.concat([nonce, bytes(BigInt(start / 16 + 2), 4)]));
    xor(data.subarray(start, start + 16), stream).copy(made, start);
  }
  return made;
}

function tagOf(keys, nonce, ciphertext, associated) {
  const lengths = Buffer.concat([associated, ciphertext].map((data) => bytes(BigInt(8 * data.length), 8)));
  const all = Buffer.concat([padded(associated), padded(ciphertext), lengths]);
  const hashed = number(block(keys, Buffer.alloc(16)));
  let sum = 0n;
  for (let start = 0; start < all.length; start += 16) {
    sum = multiplied(sum ^ number(all.subarray(start, start + 16)), hashed);
  }
  return xor(bytes(sum, 16), block(keys, Buffer.concat([nonce, bytes(1n, 4)])));
}

/** Return nonce, ciphertext and tag. */
export function seal(key, plaintext, associated) {
  const [keys, nonce] = [roundKeys(key), randomBytes(12)];
  const ciphertext = counted(keys, nonce, plaintext);
  return Buffer.concat([nonce, ciphertext, tagOf(keys, nonce, ciphertext, associated)]);
}

export function open(key, sealed, associated) {
  const [keys, nonce, ciphertext] = [roundKeys(key), sealed.subarray(0, 12), sealed.subarray(12, -16)];
  if (!tagOf(keys, nonce, ciphertext, associated).equals(sealed.subarray(-16))) throw new Error("it does not open");
  return counted(keys, nonce, ciphertext);
}
