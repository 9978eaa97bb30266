/** Short messages at the foot of the page; one may carry a button. */

const SHOWN_MS = 5000;

export function toast(text, { action = null, bad = false } = {}) {
  const holder = document.getElementById("toasts");
  const item = document.createElement("div");
  item.className = bad ? "toast bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      item.remove();
      action.run();
    });
    item.append(button);
  }
  holder.append(item);
  while (holder.children.length > 3) holder.firstChild.remove();
  let timer = setTimeout(() => item.remove(), bad ? 2 * SHOWN_MS : SHOWN_MS);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => {
    timer = setTimeout(() => item.remove(), SHOWN_MS);
  });
}
