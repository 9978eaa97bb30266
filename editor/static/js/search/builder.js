/** The filter form writes into the search text as somebody chooses; the server knows the grammar. */

import { get } from "../api.js";
import { Latest } from "./latest.js";

const TYPING_MS = 250;

export function bindBuilder() {
  const text = document.getElementById("search");
  const reading = new Latest();
  let timer = 0;

  const form = () => document.getElementById("filters");

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!form()?.contains(field) || !field.name) return;
    write(new URLSearchParams({ q: text.value, [field.name]: field.value }));
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => read(), TYPING_MS);
  });

  /** One field into the text. */
  async function write(query) {
    const read = await ask(query);
    if (!read || text.value !== query.get("q")) return;
    text.value = read.query;
    show(read);
  }

  /** What somebody typed into the fields. */
  async function read() {
    if (!form()) return;
    const read = await ask(new URLSearchParams({ q: text.value }));
    if (read) show(read);
  }

  function ask(query) {
    return reading.run((signal) => get(`/api/query?${query}`, { signal })).catch(() => null);
  }

  function show({ query, fields }) {
    const { elements } = form() ?? {};
    if (!elements) return;
    elements.q.value = query;
    for (const [name, value] of Object.entries(fields)) {
      if (elements[name] !== document.activeElement) set(elements[name], value);
    }
  }
}

/** A choice that is not in the list (a camera typed in part) becomes one. */
function set(field, value) {
  field.value = value;
  if (field.value === value || !field.options) return;
  field.add(new Option(value, value));
  field.value = value;
}
