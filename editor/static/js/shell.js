/** What every page does: marks that scripts run, tells the timezone, switches the theme, jumps to
 * the search. */

import { belongsToFocus, comboOf } from "./keys.js";
import { tellTimezone } from "./timezone.js";

const root = document.documentElement;
root.classList.add("js");

// Dates of a query are read in this browser's timezone; results made before it was known are
// made again, once.
if (tellTimezone() && document.querySelector("[data-dated]")) location.reload();

const themeSwitch = document.querySelector("[data-theme-switch]");
themeSwitch?.addEventListener("click", (event) => {
  event.preventDefault();
  const dark =
    root.dataset.theme === "dark" ||
    (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const chosen = dark ? "light" : "dark";
  root.dataset.theme = chosen;
  document.cookie = `clipops_theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
});

// The video page has the whole table of keys; elsewhere there is one.
if (!document.getElementById("keys")) {
  document.addEventListener("keydown", (event) => {
    if (comboOf(event) !== "Slash" || belongsToFocus(event)) return;
    event.preventDefault();
    document.getElementById("search").focus();
  });
}
