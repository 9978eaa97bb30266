/** Keyboard to actions. Keys are physical (`event.code`) and sleep while someone writes. */

const TEXT_INPUTS = "input, textarea, select, [contenteditable]";
const NATIVE = { Space: "button, a, summary, [role=tab]", Enter: "button, a, summary, [role=tab]" };

/** `Ctrl+Shift+KeyZ` for an event; Command counts as Ctrl. */
export function comboOf(event) {
  const control = event.ctrlKey || event.metaKey;
  return `${control ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${event.code}`;
}

/** Whether a key event belongs to what has the focus rather than to the page. */
export function belongsToFocus(event) {
  if (event.isComposing || event.keyCode === 229 || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TEXT_INPUTS)) return true;
  if (document.querySelector("dialog[open]")) return true;
  return Boolean(NATIVE[event.code] && target?.closest(NATIVE[event.code]));
}

export function bindKeys(table, run) {
  const actions = new Map(
    table.flatMap(({ action, combos }) => combos.map((combo) => [combo, action])),
  );
  document.addEventListener("keydown", (event) => {
    const action = actions.get(comboOf(event));
    if (!action || event.defaultPrevented || belongsToFocus(event)) return;
    if (run(action, event) !== false) event.preventDefault();
  });
}
