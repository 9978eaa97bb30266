/** What the fields of a form say against what they said before: plain values by name. */

/** The fields of `standing` that say something else than in `before`. */
export function changed(standing, before) {
  return Object.fromEntries(Object.entries(standing).filter(([name, value]) => value !== before[name]));
}

/** What stands in a form, by name; no buttons, nothing hidden. */
export function standing(form) {
  const fields = [...(form?.elements ?? [])].filter(({ name, type }) => name && type !== "hidden");
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

/** What stood in a form when the server sent it; a browser may have put something else there. */
export function sent(form) {
  const copy = form?.cloneNode(true);
  copy?.reset();
  return standing(copy);
}
