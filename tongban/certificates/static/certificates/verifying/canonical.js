// Which bytes are signed when a value of JSON is signed? Its one canonical form (RFC 8785).
import { utf8 } from "./bytes.js";

const written = (value) => {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${written(value[name])}`);
  return `{${members.join(",")}}`;
};

export const canonical = (value) => utf8(written(value));

// Whether an object has these members and no others.
export const hasOnly = (value, names) =>
  value !== null && typeof value === "object" && !Array.isArray(value) &&
  Object.keys(value).sort().join() === [...names].sort().join();
