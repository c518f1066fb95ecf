// HPKE (RFC 9180) in base mode, with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, for a single message.

import { createCipheriv, createDecipheriv, createECDH, createHmac } from "node:crypto";

const KEM = Buffer.from([0x4b, 0x45, 0x4d, 0x00, 0x10]);
const SUITE = Buffer.from([0x48, 0x50, 0x4b, 0x45, 0x00, 0x10, 0x00, 0x01, 0x00, 0x02]);
const NOTHING = Buffer.alloc(0);

const mac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();

const extract = (suite, salt, label, material) =>
  mac(salt, Buffer.from("HPKE-v1"), suite, Buffer.from(label), material);

/** At most 32 bytes, which is all that is needed here. */
function expand(suite, key, label, info, length) {
  const labelled = [Buffer.from([0, length]), Buffer.from("HPKE-v1"), suite, Buffer.from(label), info];
  return mac(key, ...labelled, Buffer.from([1])).subarray(0, length);
}

function keyAndNonce(secret, encapsulated, publicKey, info) {
  const both = Buffer.concat([encapsulated, publicKey]);
  const shared = expand(KEM, extract(KEM, NOTHING, "eae_prk", secret), "shared_secret", both, 32);
  const context = Buffer.concat([
    Buffer.from([0]),
    extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    extract(SUITE, NOTHING, "info_hash", info),
  ]);
  const scheduled = extract(SUITE, shared, "secret", NOTHING);
  return [expand(SUITE, scheduled, "key", context, 32), expand(SUITE, scheduled, "base_nonce", context, 12)];
}

/** Return the encapsulated key, ciphertext and tag. */
export function seal(publicKey, plaintext, info) {
  const fresh = createECDH("prime256v1");
  const encapsulated = fresh.generateKeys();
  const cipher = createCipheriv(
    "aes-256-gcm",
    ...keyAndNonce(fresh.computeSecret(publicKey), encapsulated, publicKey, info),
  );
  return Buffer.concat([encapsulated, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export function open(privateKey, sealed, info) {
  const own = createECDH("prime256v1");
  own.setPrivateKey(privateKey);
  const encapsulated = sealed.subarray(0, 65);
  const decipher = createDecipheriv(
    "aes-256-gcm",
    ...keyAndNonce(own.computeSecret(encapsulated), encapsulated, own.getPublicKey(), info),
  );
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(65, -16)), decipher.final()]);
}
