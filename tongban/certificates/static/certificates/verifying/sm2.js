// Did the holder of this key sign these bytes, by SM2 with SM3 (GB/T 32918.2-2016, curve of GB/T 32918.5-2017)?
// No browser knows the curve. Only public values are worked with, so nothing here has to take the same time always.
import { fromHex, join, number, utf8 } from "./bytes.js";
import { sm3 } from "./sm3.js";

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const G = {
  x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  z: 1n,
};
const INFINITY = { x: 1n, y: 1n, z: 0n };
const IDENTITY = "1234567812345678";

const mod = (value, modulus = P) => {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
};

const inverse = (value) => {
  let [old, rest, factor, next] = [mod(value), P, 1n, 0n];
  while (rest) {
    const quotient = old / rest;
    [old, rest] = [rest, old - quotient * rest];
    [factor, next] = [next, factor - quotient * next];
  }
  return mod(factor);
};

// Points stand in Jacobian coordinates, x / z² and y / z³, which need one division at the end only.
const doubled = ({ x, y, z }) => {
  if (!z || !y) return INFINITY;
  const zz = mod(z * z), yy = mod(y * y);
  const s = mod(4n * x * yy), m = mod(3n * (x - zz) * (x + zz));
  const x3 = mod(m * m - 2n * s);
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: mod(2n * y * z) };
};

const sum = (one, other) => {
  if (!one.z) return other;
  if (!other.z) return one;
  const z1 = mod(one.z * one.z), z2 = mod(other.z * other.z);
  const u1 = mod(one.x * z2), u2 = mod(other.x * z1);
  const s1 = mod(one.y * z2 * other.z), s2 = mod(other.y * z1 * one.z);
  const h = mod(u2 - u1), r = mod(s2 - s1);
  if (!h) return r ? INFINITY : doubled(one);
  const hh = mod(h * h), hhh = mod(h * hh), v = mod(u1 * hh);
  const x3 = mod(r * r - hhh - 2n * v);
  return { x: x3, y: mod(r * (v - x3) - s1 * hhh), z: mod(h * one.z * other.z) };
};

// s·G + t·Q in one walk over the bits of both.
const combined = (s, t, q) => {
  const summands = [null, G, q, sum(G, q)];
  let total = INFINITY;
  for (let bit = 255n; bit >= 0n; bit--) {
    total = doubled(total);
    const which = Number(((s >> bit) & 1n) | (((t >> bit) & 1n) << 1n));
    if (which) total = sum(total, summands[which]);
  }
  return total;
};

const point = (publicKey) => {
  if (publicKey.length !== 65 || publicKey[0] !== 4) return null;
  const x = number(publicKey.subarray(1, 33)), y = number(publicKey.subarray(33));
  const onCurve = x < P && y < P && mod(y * y - (x * x + A) * x - B) === 0n;
  return onCurve ? { x, y, z: 1n } : null;
};

const digest = (publicKey, message, identity) => {
  const bits = identity.length * 8;
  const curve = [A, B, G.x, G.y].map((value) => fromHex(value.toString(16).padStart(64, "0")));
  const z = sm3(join([bits >> 8, bits & 255], identity, ...curve, publicKey.subarray(1)));
  return number(sm3(join(z, message)));
};

export const verify = (publicKey, message, { r, s }, identity = utf8(IDENTITY)) => {
  const q = point(publicKey), t = mod(r + s, N);
  if (!q || r <= 0n || r >= N || s <= 0n || s >= N || t === 0n) return false;
  const { x, z } = combined(s, t, q);
  if (!z) return false;
  const affine = mod(x * inverse(z * z));
  return mod(digest(publicKey, message, identity) + affine, N) === r;
};
