/** The pages about people: what their buttons do, and the page as it is afterwards. */

import { ApiError, part } from "../api.js";
import { belongsToFocus, comboOf } from "../keys.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";
import { EnrolDialog } from "./enrol_dialog.js";
import { ForgetDialog } from "./forget_dialog.js";
import * as operations from "./operations.js";
import { WhoDialog } from "./who_dialog.js";

const holder = document.getElementById("people-part");
// The history page has no dialogs.
const dialogs = Boolean(document.getElementById("who-dialog"));
const who = dialogs ? new WhoDialog() : null;
const forget = dialogs ? new ForgetDialog() : null;
const enrol = dialogs ? new EnrolDialog(finished) : null;
let busy = false;

const state = () => holder.querySelector(".people-state");
const person = () => JSON.parse(state().dataset.subject ?? "null");
const named = () => (person()?.name ? { group: person().group, name: person().name } : {});
if (enrol) enrol.whose = named;

const appearanceOf = (button) => JSON.parse(button.closest("[data-appearance]").dataset.appearance);
const subjectOf = (button) => JSON.parse(button.dataset.subject ?? "null") ?? person();

const run = {
  name: (button) => operations.askName(who, subjectOf(button), finished),
  rename: () => operations.askName(who, person(), finished),
  merge: () => operations.askMerge(who, person(), finished),
  unmerge: (button) => operations.unmerge(Number(button.dataset.person), person().version),
  assign: (button) => operations.askAssign(who, appearanceOf(button), finished),
  decide: (button) => operations.decide(appearanceOf(button), Number(button.dataset.person)),
  reject: (button) => operations.reject(appearanceOf(button)),
  enrol: () => enrol.open(named()),
  forget: () => forget.open(person()),
  undo: (button) => operations.undo(Number(button.dataset.change)),
  "undo-last": () => operations.undoLast(),
  "redo-last": () => operations.redoLast(),
};

document.getElementById("main").addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) act(button.dataset.do, button);
});

document.addEventListener("keydown", (event) => {
  const combo = comboOf(event);
  const steps = { "Ctrl+KeyZ": "undo-last", "Ctrl+Shift+KeyZ": "redo-last", "Ctrl+KeyY": "redo-last" };
  if (!steps[combo] || belongsToFocus(event)) return;
  event.preventDefault();
  act(steps[combo], null);
});

/** One operation at a time; those that ask first say by themselves when they are done. */
async function act(name, button) {
  if (busy) return;
  busy = true;
  try {
    const outcome = await run[name](button);
    const step = { undo: t("Undone"), "undo-last": t("Undone"), "redo-last": t("Redone") }[name];
    if (outcome?.sentence) await finished(outcome, step);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, { bad: true });
    if (error.status === 409) await refresh();
  }
  busy = false;
}

/** Say what happened, offer the way back, and show everybody as they are now; null is nothing. */
async function finished(outcome, step = null) {
  if (step) toast(`${step} · ${outcome.sentence}`);
  else if (outcome) {
    const run = () => act("undo", { dataset: { change: String(outcome.change_id) } });
    toast(outcome.sentence, { action: { label: t("Undo"), run } });
  }
  await refresh();
}

async function refresh() {
  const place = focusPlace();
  const html = await part(holder.dataset.part).catch((error) => gone(error));
  if (html === null) return;
  holder.innerHTML = html;
  const { canUndo, canRedo, person: id } = state().dataset;
  document.querySelector("[data-do=undo-last]").disabled = canUndo !== "1";
  document.querySelector("[data-do=redo-last]").disabled = canRedo !== "1";
  if (id) {
    holder.dataset.part = `/parts/people/${id}${location.search}`;
    window.history.replaceState(null, "", `/people/${id}${location.search}`);
    document.title = `${person().words} · ${document.title.split(" · ").slice(1).join(" · ")}`;
  }
  restoreFocus(place);
}

/** Somebody who is no longer there has no page; the list has everybody else. */
function gone(error) {
  if (error.status === 404) location.assign("/people");
  return null;
}

/** Where the keyboard was: which card of which section, so that the next one can take its place. */
function focusPlace() {
  const card = document.activeElement?.closest("[data-card]");
  const section = card?.closest("section");
  if (!section) return null;
  const index = [...section.querySelectorAll("[data-card]")].indexOf(card);
  const does = document.activeElement.dataset.do;
  return { title: section.getAttribute("aria-labelledby"), index, does };
}

function restoreFocus(place) {
  if (!place || document.querySelector("dialog[open]")) return;
  const section = holder.querySelector(`[aria-labelledby="${place.title}"]`);
  const cards = section ? [...section.querySelectorAll("[data-card]")] : [];
  const next = cards[Math.min(place.index, cards.length - 1)];
  const same = place.does && next?.querySelector(`[data-do="${place.does}"]`);
  const target = same || next?.querySelector("button, a:not([tabindex])");
  (target ?? holder.querySelector("h1, h2"))?.focus();
}
