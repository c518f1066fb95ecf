// The digest SM3 (GB/T 32905-2016): 32 bytes.
const IV = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

const rotated = (word, bits) => (word << bits) | (word >>> (32 - bits));
const p0 = (word) => word ^ rotated(word, 9) ^ rotated(word, 17);
const p1 = (word) => word ^ rotated(word, 15) ^ rotated(word, 23);

const padded = (message) => {
  const whole = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  whole.set(message);
  whole[message.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(message.length) * 8n);
  return new DataView(whole.buffer);
};

const expanded = (view, start) => {
  const w = new Int32Array(68);
  for (let j = 0; j < 16; j++) w[j] = view.getInt32(start + 4 * j);
  for (let j = 16; j < 68; j++)
    w[j] = p1(w[j - 16] ^ w[j - 9] ^ rotated(w[j - 3], 15)) ^ rotated(w[j - 13], 7) ^ w[j - 6];
  return w;
};

const compress = (state, w) => {
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j++) {
    const early = j < 16;
    const ss1 = rotated((rotated(a, 12) + e + rotated(early ? 0x79cc4519 : 0x7a879d8a, j % 32)) | 0, 7);
    const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ rotated(a, 12)) + (w[j] ^ w[j + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[j]) | 0;
    [d, c, b, a] = [c, rotated(b, 9), a, tt1];
    [h, g, f, e] = [g, rotated(f, 19), e, p0(tt2)];
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => word ^ state[place]);
};

export const sm3 = (message) => {
  const view = padded(message);
  let state = IV;
  for (let start = 0; start < view.byteLength; start += 64) state = compress(state, expanded(view, start));
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => digest.setInt32(4 * place, word));
  return new Uint8Array(digest.buffer);
};
