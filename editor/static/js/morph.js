/** Puts new HTML in place of old, keeping every element that did not change. */

/** Children are matched by `data-key`; equal ones stay, so pictures do not flicker. */
export function morph(holder, html) {
  const draft = document.createElement("template");
  draft.innerHTML = html;
  const old = holder.querySelector("[data-key]")?.parentElement;
  const fresh = draft.content.querySelector("[data-key]")?.parentElement;
  if (!old || !fresh) {
    holder.replaceChildren(draft.content);
    return;
  }
  const kept = new Map([...old.children].map((child) => [child.dataset.key, child]));
  const children = [...fresh.children].map((child) => {
    const present = kept.get(child.dataset.key);
    return present && present.outerHTML === child.outerHTML ? present : child;
  });
  const focused = document.activeElement?.closest("[data-key]")?.dataset.key;
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  old.replaceChildren(...children);
  if (focused && !old.contains(document.activeElement)) {
    children.find((child) => child.dataset.key === focused)?.querySelector("a, button")?.focus();
  }
}
