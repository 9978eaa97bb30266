/** Sentences in the reader's language: the server puts them into the page. */

const node = document.getElementById("strings");
const table = node ? JSON.parse(node.textContent) : {};

export const language = document.documentElement.lang === "ko" ? "ko" : "en";

/** The translation of an English sentence, its `{names}` filled in. */
export function t(sentence, values = {}) {
  const text = table[sentence] ?? sentence;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
