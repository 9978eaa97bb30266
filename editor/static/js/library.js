/** Keeps the library's cards up to date: often while something is processed, else seldom. */

import { part } from "./api.js";
import { bindIntake } from "./intake.js";
import { morph } from "./morph.js";

const BUSY_MS = 1500;
const CALM_MS = 15000;
const holder = document.getElementById("cards");

const busy = () => holder.querySelector("[data-busy]")?.dataset.busy === "1";

async function show() {
  const html = await part(holder.dataset.part).catch(() => null);
  if (html !== null) morph(holder, html);
}

async function refresh() {
  if (document.visibilityState === "visible") await show();
  setTimeout(refresh, busy() ? BUSY_MS : CALM_MS);
}

bindIntake(show);

setTimeout(refresh, busy() ? BUSY_MS : CALM_MS);
