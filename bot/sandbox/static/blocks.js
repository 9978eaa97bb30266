// Layout blocks as elements.

import { el } from "./dom.js";
import { renderElement } from "./elements.js";
import { mrkdwn, richText } from "./rich.js";

/** `context.press(block, element, chosen)` is called for what is clicked. */
export function renderBlocks(blocks, context) {
  return blocks.map((block) => RENDER[block.type]?.(block, context) ?? null);
}

const RENDER = {
  header: (block) => el("h2", { class: "b-header" }, block.text.text),
  divider: () => el("hr", { class: "b-divider" }),
  section(block, context) {
    const body = el("div", { class: "b-text" });
    if (block.text) body.append(el("div", {}, richText(block.text, context)));
    if (block.fields) {
      const fields = block.fields.map((field) => el("div", {}, richText(field, context)));
      body.append(el("div", { class: "b-fields" }, fields));
    }
    const accessory = block.accessory && renderElement(block.accessory, block, context);
    return el("div", { class: "b-section" }, body, accessory && el("div", { class: "b-accessory" }, accessory));
  },
  context(block, context) {
    const parts = block.elements.map((element) =>
      element.type === "image"
        ? renderElement(element, block, context)
        : el("span", {}, richText(element, context)),
    );
    return el("div", { class: "b-context" }, parts);
  },
  actions(block, context) {
    const elements = block.elements.map((element) => renderElement(element, block, context));
    return el("div", { class: "b-actions" }, elements);
  },
  image(block, context) {
    const title = block.title && el("figcaption", {}, block.title.text);
    return el("figure", { class: "b-image" }, title, renderElement(block, block, context));
  },
  input(block, context) {
    const id = `field-${block.block_id}`;
    const optional = block.optional ? ` ${context.words("optional")}` : "";
    return el(
      "div",
      { class: "b-input", dataset: { block: block.block_id } },
      el("label", { for: id }, block.label.text, el("span", { class: "muted" }, optional)),
      renderElement({ ...block.element, id }, block, context),
      el("p", { class: "field-error", hidden: true }),
      block.hint && el("p", { class: "muted" }, block.hint.text),
    );
  },
  markdown: (block, context) => el("div", { class: "b-text" }, mrkdwn(block.text, context)),
  table: (block) =>
    el(
      "div",
      { class: "b-table" },
      el("table", {}, block.rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell.text))))),
    ),
};
