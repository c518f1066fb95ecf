// The lists by which this device judges: fetched when there is a network, kept for when there is none. Nothing comes in that a
// pinned root does not vouch for, and no list of a region is replaced by an older one.
import { fromBase64url } from "./bytes.js";
import * as statuses from "./status.js";
import * as trusts from "./trust.js";

const KEPT = "tongban-verify-lists";
const ROOTS = "roots", TRUST = "trust", STATUS = "status";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// A drawer of the browser that holds JSON by name; without one (no secure connection) nothing outlives the page.
const drawer = () => {
  const memory = new Map(), place = (name) => `/verify/offline/kept/${name}`;
  if (!globalThis.caches) return { get: async (name) => memory.get(name) ?? null, put: async (name, value) => void memory.set(name, value) };
  const opened = caches.open(KEPT);
  return {
    get: async (name) => (await (await opened).match(place(name)))?.json() ?? null,
    put: async (name, value) => (await opened).put(place(name), new Response(JSON.stringify(value))),
  };
};

// As the lists write an instant, its text compares as the instant does, once both have a fraction.
const issuedAt = ({ list }) => list.issued_at.replace(/(:\d\d)\+00:00$/, "$1.000000+00:00");

// The lists of both files, each region's newer one; `older`: whether a list that came in is older than the one kept.
const merged = (kept, fetched) => {
  const byRegion = new Map((kept?.lists ?? []).map((one) => [one.list.region, one]));
  let older = false;
  for (const one of fetched.lists) {
    const before = byRegion.get(one.list.region);
    if (before && issuedAt(before) > issuedAt(one)) older = true;
    else byRegion.set(one.list.region, one);
  }
  return { file: { ...fetched, lists: [...byRegion.values()] }, older };
};

const fetched = async (address) => {
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new TypeError(`answer ${answer.status}`);
  return answer.json();
};

export class Lists {
  // `roots`: those that the page was installed with, in base64url; they are pinned the first time, and never again by a page.
  constructor({ roots, trust, status, states }) {
    Object.assign(this, { installed: roots, addresses: { trust, status }, states, drawer: drawer() });
    Object.assign(this, { trust: null, statuses: new Map(), kept: { trust: null, status: null } });
  }

  async load() {
    if (!(await this.drawer.get(ROOTS))) await this.drawer.put(ROOTS, this.installed);
    const [trust, status] = await Promise.all([this.drawer.get(TRUST), this.drawer.get(STATUS)]);
    // What an earlier release has kept in another form is no list to this one: it is fetched anew.
    if (trust) await this.takeTrust(trust);
    if (status) await this.takeStatus(status);
  }

  async pinned() {
    return (await this.drawer.get(ROOTS)).map(fromBase64url);
  }

  // Fetches both and takes in what holds. Returns the names of what there is to say of it; [] when all is well.
  async update() {
    if (!navigator.onLine) return ["unreachable"];
    let files;
    try {
      files = await Promise.all([fetched(this.addresses.trust), fetched(this.addresses.status)]);
    } catch {
      return ["unreachable"];
    }
    return [...(await this.takeTrust(files[0])), ...(await this.takeStatus(files[1]))];
  }

  async takeTrust(file) {
    try {
      const { file: whole, older } = merged(this.kept.trust, file);
      this.trust = await trusts.parse(whole, await this.pinned());
      this.kept.trust = whole;
      await this.drawer.put(TRUST, whole);
      await this.drawer.put(ROOTS, trusts.rootsOf(this.trust).map(base64url));
      return older ? ["older_trust"] : [];
    } catch {
      return ["refused_trust"];
    }
  }

  async takeStatus(file) {
    if (!this.trust) return [];
    try {
      const { file: whole, older } = merged(this.kept.status, file);
      this.statuses = await statuses.parse(whole, this.trust, this.states);
      this.kept.status = whole;
      await this.drawer.put(STATUS, whole);
      return older ? ["older_status"] : [];
    } catch {
      return ["refused_status"];
    }
  }
}
