// Did the holder of this key sign these bytes? ES256 by the browser itself, SM2 with SM3 by sm2.js.
import { demand, fromHex, join, number } from "./bytes.js";
import * as sm2 from "./sm2.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const wide = (value) => fromHex(value.toString(16).padStart(64, "0"));

const es256 = async (publicKey, message, { r, s }) => {
  if (publicKey.length !== 65 || publicKey[0] !== 4 || r <= 0n || r >= ORDER || s <= 0n || s >= ORDER) return false;
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, P256, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, join(wide(r), wide(s)), message);
  } catch {
    return false;
  }
};

export const verify = async (algorithm, publicKey, message, signature) => {
  if (algorithm === "SM2-SM3") return sm2.verify(publicKey, message, signature);
  if (algorithm === "ES256") return es256(publicKey, message, signature);
  return false;
};

// ES256 has a second form for each signature, which anybody can make out of the first; only the smaller one is given out.
export const isOnlyForm = (algorithm, { s }) => algorithm !== "ES256" || s <= ORDER / 2n;

// r‖s, as COSE writes it.
export const ofHalves = (bytes) => ({ r: number(bytes.subarray(0, 32)), s: number(bytes.subarray(32)) });

// SEQUENCE { INTEGER r, INTEGER s } in its one DER form, as the lists write it.
export const ofDer = (bytes) => {
  demand(bytes.length >= 8 && bytes.length <= 72 && bytes[0] === 0x30 && bytes[1] === bytes.length - 2);
  const integer = (start) => {
    const length = bytes[start + 1], content = bytes.subarray(start + 2, start + 2 + length);
    demand(bytes[start] === 2 && length > 0 && length <= 33 && content.length === length && content[0] < 0x80);
    demand(length === 1 || content[0] !== 0 || content[1] >= 0x80);
    return content;
  };
  const r = integer(2), s = integer(4 + r.length);
  demand(6 + r.length + s.length === bytes.length);
  return { r: number(r), s: number(s) };
};
