/** Puts the search page together. */

import { belongsToFocus, comboOf } from "../keys.js";
import { bindBuilder } from "./builder.js";
import { bindFeedback } from "./feedback.js";
import { Finding } from "./finding.js";
import { bindPicture } from "./picture.js";
import { directionOf, stepFrom } from "./steps.js";

const finding = new Finding();
const text = document.getElementById("search");

const builder = bindBuilder(finding);
bindFeedback();
bindPicture(finding);

/** Forms that ask: the search text and the filters, one search together. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "filters" && !form.contains(text)) return;
  event.preventDefault();
  finding.open(builder.address());
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (!link || !plain || event.defaultPrevented || !link.closest("#main")) return;
  if (new URL(link.href).pathname !== "/search") return;
  event.preventDefault();
  finding.open(link.href);
});

finding.addEventListener("shown", () => {
  const { query } = document.getElementById("main").dataset;
  // A page that says "busy" has no query; what was typed stays.
  if (query !== undefined) text.value = query;
  document.querySelector("#main h1")?.focus({ preventScroll: true });
});

/** The open panel; the focus goes back to its button. */
function closeTool() {
  const tool = document.querySelector(".tool[open]");
  if (!tool) return false;
  tool.open = false;
  tool.querySelector("summary").focus();
  return true;
}

document.addEventListener("pointerdown", (event) => {
  const tool = document.querySelector(".tool[open]");
  if (tool && !tool.contains(event.target) && !event.target.closest(".find")) tool.open = false;
});

const links = () => [...document.querySelectorAll("a.hit-link")];
const indexOfFocus = () =>
  links().findIndex((link) => link.closest("[data-segment]").contains(document.activeElement));

document.addEventListener("keydown", (event) => {
  if (event.code === "Escape" && finding.busy) return finding.stop();
  if (event.code === "Escape" && closeTool()) return;
  if (belongsToFocus(event)) return;
  const index = indexOfFocus();
  const direction = directionOf(comboOf(event), index >= 0);
  const target = direction ? links()[stepFrom(index, direction, links().length)] : null;
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.closest("[data-segment]").scrollIntoView({ block: "nearest" });
});
