// How is a verdict told? In the server's own sentences, which the page carries as data (tongban/certificates/speech.py).
export const filled = (template, words) => template.replace(/\{(\w+)\}/g, (_, name) => words[name] ?? "");

// `speech`: sentences and phrases of one language. A phrase is a part of a sentence that depends on what is known.
export const sentence = ({ sentences, phrases, ends }, { code, words }) => {
  const told = {
    ...words,
    term: filled(words.last_day ? phrases.until : phrases.without_end, words),
    key_term: filled(words.last ? phrases.key_span : phrases.key_from, words),
    by: words.article ? filled(phrases.by, words) : "",
    end: ends[words.status] ?? "",
  };
  return filled(sentences[code], told);
};

// By what its state is known; empty where nobody asks.
export const state = ({ known, asked_for_state: asked }, found) =>
  asked.includes(found.code) ? filled(known[found.known], found.words) : "";

// A day as people read it, in the language of the page.
const [LANGUAGE, SHAPE] = document.documentElement.lang.startsWith("en")
  ? ["en-GB", { day: "numeric", month: "short", year: "numeric" }]
  : ["zh-CN", { dateStyle: "long" }];

export const written = (day) => new Intl.DateTimeFormat(LANGUAGE, { ...SHAPE, timeZone: "UTC" }).format(Date.parse(day));
