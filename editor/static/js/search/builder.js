/** The filter form writes into the search text as somebody chooses, and shows what somebody types;
 * the server knows the grammar.
 *
 * Writing takes a request, and a search does not wait for it: whatever a field says and the text
 * does not say yet goes along with every request, be it to write or to search. */

import { get } from "../api.js";
import { changed, sent, standing } from "./fields.js";
import { Latest } from "./latest.js";

const TYPING_MS = 250;

/** `address()` is where the text and the form together are searched. */
export function bindBuilder(finding) {
  const text = document.getElementById("search");
  const reading = new Latest();
  const form = () => document.getElementById("filters");
  let timer = 0;
  // What the fields said when they last agreed with the text.
  let agreed = sent(form());

  const unwritten = () => changed(standing(form()), agreed);

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (form()?.contains(field) && field.name) ask(unwritten());
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => form() && ask({}), TYPING_MS);
  });
  // The results bring a form of their own.
  finding.addEventListener("shown", () => {
    clearTimeout(timer);
    reading.stop();
    agreed = sent(form());
  });

  /** Write `fields` into the text and show how it reads, unless it was typed into meanwhile. */
  async function ask(fields) {
    const typed = text.value;
    const query = new URLSearchParams({ q: typed, ...fields });
    const read = await reading
      .run((signal) => get(`/api/query?${query}`, { signal }))
      .catch(() => null);
    if (!read || !form() || text.value !== typed) return;
    if (Object.keys(fields).length) text.value = read.query;
    show(read, fields);
  }

  function show(read, fields) {
    const { elements } = form();
    const newer = changed(standing(form()), { ...agreed, ...fields });
    for (const [name, value] of Object.entries(read.fields)) {
      if (name in newer) continue;
      if (elements[name] !== document.activeElement) set(elements[name], value);
      agreed[name] = elements[name].value;
    }
  }

  function address() {
    const fields = unwritten();
    const path = Object.keys(fields).length ? "/search/filters" : "/search";
    return `${path}?${new URLSearchParams({ q: text.value, ...fields })}`;
  }

  return { address };
}

/** A choice that is not in the list (a camera typed in part) becomes one. */
function set(field, value) {
  field.value = value;
  if (field.value === value || !field.options) return;
  field.add(new Option(value, value));
  field.value = value;
}
