// A node called second, which speaks for Hebei and knows one called beijing. It answers at its port; what it is to do,
// and what beijing answered, comes as lines of JSON, and each is answered by a line. For all of it stands one instant.
// Arguments: its algorithm, its port, the address of beijing, the instant in seconds.

import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import * as exchange from "./exchange.mjs";

const { Key, canonical, contentOf, digest, holds, signedRequest, vouched } = exchange;
const [NAME, REGION, PEER] = ["second", "130000", "beijing"];
const [, , algorithm, port, peer, seconds] = process.argv;
const address = `http://127.0.0.1:${port}`;
const now = new Date(1000 * Number(seconds));
const days = (count) => new Date(Number(now) + 86_400_000 * count);

const [root, signing, receiving] = [0, 1, 2].map(() => Key.of(algorithm, randomBytes(32)));
const certificate = exchange.rootCertificate(root, { region: REGION, name: "河北省", from: days(-1), until: days(3650) });
const listed = (purpose, key) => ({
  key_id: key.id,
  owner: `node:${NAME}`,
  name: NAME,
  purpose,
  algorithm,
  public_key: exchange.base64url(key.public),
  valid_from: exchange.instant(days(-1)),
  valid_until: null,
  retired_at: null,
  certificate: null,
});
const trust = exchange.trustList(root, certificate, {
  region: REGION,
  at: now,
  until: days(30),
  keys: [listed("exchange", signing), listed("receiving", receiving)],
});

const out = { source: NAME, destination: PEER, digests: [exchange.beginning(NAME, PEER)], receipted: 0, refused: [] };
const into = { digests: [exchange.beginning(PEER, NAME)], refused: [], bodies: [] };
let waiting = [];
let known = [];

/** Beijing's key for a purpose, by its name; without a name the newest. */
const keyOf = (purpose) => (id) =>
  known
    .filter((one) => one.owner === `node:${PEER}` && one.purpose === purpose && (!id || one.key_id === id))
    .sort((one, other) => (one.valid_from < other.valid_from ? 1 : -1))[0]?.key;
const list = (numbers) => ({ count: numbers.length, last: numbers.slice(-500) });

// --- what it is asked ----------------------------------------------------------------------------------------------

class Problem extends Error {
  constructor(status, code, retry, more = {}) {
    super(code);
    this.said = { type: "about:blank", status, code, detail: code, retry, ...more };
  }
}

function receipt(since) {
  const said = {
    type: "tongban-receipt/1",
    source: PEER,
    destination: NAME,
    since,
    sequence: into.digests.length - 1,
    digest: into.digests.at(-1),
    refused: into.refused.filter((one) => one.sequence > since),
    at: exchange.instant(now),
  };
  return vouched("receipt", said, signing);
}

function take({ messages }) {
  const before = into.digests.length - 1;
  const since = messages.length ? Number(messages[0].sequence) - 1 : before;
  if (since > before) throw new Problem(409, "too_early", true, { receipt: receipt(before) });
  for (const message of messages) store(message);
  return receipt(since);
}

function store(message) {
  const [content, number] = [contentOf(message), Number(message.sequence)];
  const stored = into.digests[number];
  if (stored === digest(content)) return;
  if (stored || content.previous !== into.digests.at(-1)) throw new Problem(409, "forked", false);
  if (message.datakey !== receiving.id) throw new Problem(409, "not_for_this_key", true);
  into.bodies.push([content.type, exchange.read(message, receiving)]);
  into.digests.push(digest(content));
  if (content.type !== "cn.tongban.node.greeting.v1") {
    into.refused.push({ sequence: number, code: "unknown_type", words: `“${content.type}”？` });
  }
}

function standing(nonce) {
  const said = {
    type: "tongban-standing/1",
    node: NAME,
    peer: PEER,
    nonce,
    at: exchange.instant(now),
    sent: {
      written: out.digests.length - 1,
      receipted: out.receipted,
      digest: out.digests[out.receipted],
      refused: list(out.refused),
    },
    received: {
      stored: into.digests.length - 1,
      digest: into.digests.at(-1),
      refused: list(into.refused.map((one) => one.sequence)),
    },
    wanted: list([]),
    parts: { cases: {} },
  };
  return vouched("standing", said, signing);
}

function answer(request) {
  if (request.path === "/trust.json") return trust;
  if (request.headers["tongban-node"] !== PEER) throw new Problem(401, "unknown_node", false);
  const wrong = exchange.wrongWith(request, keyOf("exchange"), Number(now));
  if (wrong) throw new Problem(401, wrong, wrong !== "not_signed");
  const asked = request.path.match(/^\/exchange\/standing\?for=([0-9a-f]{32})$/);
  return asked ? standing(asked[1]) : take(JSON.parse(request.body));
}

const server = createServer(async (asked, response) => {
  let body = "";
  for await (const piece of asked.setEncoding("utf8")) body += piece;
  const { method, url: path, headers } = asked;
  try {
    const said = answer({ method, path, url: address + path, headers, body });
    response.writeHead(200, { "content-type": "application/json" }).end(canonical(said));
  } catch (problem) {
    const said = problem.said ?? new Problem(503, "not_now", true).said;
    response.writeHead(said.status, { "content-type": "application/problem+json" }).end(canonical(said));
  }
});

// --- what it is to do ----------------------------------------------------------------------------------------------

const acts = {
  /** Know beijing by its trust list and the roots that people brought. */
  know({ trust: file, roots }) {
    known = exchange.trustedKeys(file, roots);
    return {};
  },
  write({ type, subject, body }) {
    waiting.push(exchange.write(out, { id: randomUUID(), type, subject, body, at: now, to: keyOf("receiving")() }));
    return {};
  },
  /** Return the request that brings what has no receipt yet; `but` so many of the first. */
  send({ but = 0 }) {
    const body = canonical({ messages: waiting.slice(but) });
    return signedRequest({ method: "POST", url: `${peer}/exchange/messages`, node: NAME, body, at: now, key: signing });
  },
  ask({ path }) {
    return signedRequest({ method: "GET", url: peer + path, node: NAME, at: now, key: signing });
  },
  /** Believe a receipt or a standing that beijing has signed. */
  learn({ answer: { signature, ...said } }) {
    const [[name, value]] = Object.entries(said);
    if (!holds(value, signature, keyOf("exchange")(signature.key))) throw new Error("not signed by beijing");
    if (name === "receipt") {
      if (value.digest !== out.digests[value.sequence]) throw new Error("another history");
      waiting = waiting.filter((message) => Number(message.sequence) > value.sequence);
      out.receipted = Math.max(out.receipted, value.sequence);
      out.refused = [...new Set([...out.refused, ...value.refused.map((one) => one.sequence)])];
    }
    return value;
  },
  /** Open the sealed copy of a file of beijing's; return its digest. */
  open({ sealed, digest: named }) {
    const use = `tongban-attachment ${PEER} ${NAME} ${named}`;
    return { digest: exchange.digestOf(receiving.open(Buffer.from(sealed, "base64"), use)) };
  },
  stored() {
    return into.bodies;
  },
};

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

server.listen(Number(port), "127.0.0.1", () => {
  say({ roots: exchange.pem(certificate) });
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const { act, ...told } = JSON.parse(line);
      say(acts[act](told));
    })
    .on("close", () => process.exit());
});
