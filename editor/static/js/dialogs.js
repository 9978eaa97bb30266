/** The questions the editor asks; each resolves to the button that was pressed. */

import { language } from "./strings.js";
import { range } from "./time.js";

function ask(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}

/** Both versions of a segment side by side; resolves to "mine" or "theirs". */
export async function askConflict(sentence, yours, current) {
  const dialog = document.getElementById("conflict");
  const slot = (name) => dialog.querySelector(`[data-slot=${name}]`);
  slot("sentence").textContent = sentence;
  slot("yours").replaceChildren(...version(yours));
  slot("current").replaceChildren(...version(current));
  return (await ask(dialog)) === "mine" ? "mine" : "theirs";
}

/** What stands in the way of a revert; resolves to true to revert it all together. */
export async function askTogether(sentence, dependents) {
  const dialog = document.getElementById("blocked");
  dialog.querySelector("[data-slot=sentence]").textContent = sentence;
  const items = dependents.map((item) => {
    const line = document.createElement("li");
    const when = new Date(item.at).toLocaleTimeString(language);
    line.textContent = `#${item.id} ${item.title} · ${item.actor} · ${when}`;
    return line;
  });
  dialog.querySelector("[data-slot=dependents]").replaceChildren(...items);
  return (await ask(dialog)) === "together";
}

function version(segment) {
  const lines = [];
  const add = (text, lang = "") => {
    const line = document.createElement("p");
    line.textContent = text;
    if (lang) line.lang = lang;
    lines.push(line);
  };
  if (segment.start_ms !== undefined) add(range(segment.start_ms, segment.end_ms, 1));
  if (segment.caption) add(segment.caption, "en");
  if (segment.caption_ko) add(segment.caption_ko, "ko");
  return lines;
}
