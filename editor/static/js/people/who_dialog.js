/** Asks who somebody is: by group and name, or by picking somebody known. Nothing is changed before
 * the person has read how much it would change. */

import { ApiError, get } from "../api.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

const MOST_PICKS = 24;

const folded = (text) => text.normalize("NFKC").trim().replace(/[\s_]+/g, " ").toLowerCase();

export class WhoDialog {
  constructor() {
    this.dialog = document.getElementById("who-dialog");
    this.form = document.getElementById("who-form");
    this.asked = null;
    this.known = [];
    this.previewed = null;
    for (const button of this.dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
    this.form.addEventListener("input", (event) => {
      if (event.target.name !== "pick") this.#showKnown();
      this.#ask();
    });
    this.#slot("picks").addEventListener("change", (event) => this.#picked(event.target));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.previewed) this.#apply();
      else this.#preview();
    });
  }

  /** `names`: a new name may be typed; without it somebody known is picked. `except` is left out
   * of those, `strangers` are offered too. `send(who, preview)` does it: `who` is {group, name} or {person}. */
  async open({ title, hint = "", face = null, names = true, group = "", name = "", except, strangers = false, send, done }) {
    this.asked = { names, except, send, done };
    this.#slot("title").textContent = title;
    this.#slot("hint").textContent = hint;
    this.#slot("face").hidden = !face;
    if (face) this.#slot("face").src = face;
    this.#slot("fields").hidden = !names;
    this.#slot("search").hidden = names;
    this.form.reset();
    this.form.elements.group.value = group;
    this.form.elements.name.value = name;
    this.known = [];
    this.#showKnown();
    this.#ask();
    this.dialog.showModal();
    this.form.elements[names ? (group ? "name" : "group") : "search"].focus();
    try {
      const { groups, people } = await get("/api/people");
      this.known = people.filter((one) => (one.name || strangers) && one.id !== except);
      const options = groups.map((text) => Object.assign(document.createElement("option"), { value: text }));
      document.getElementById("who-groups").replaceChildren(...options);
      this.#showKnown();
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  /** Somebody known is offered as soon as what is typed stands in their name. */
  #showKnown() {
    const { elements } = this.form;
    const { names } = this.asked;
    const [group, name] = [elements.group, elements.name].map((field) => folded(field.value));
    const search = folded(elements.search.value);
    const fits = names
      ? (one) => folded(one.name).includes(name) && folded(one.group).includes(group)
      : (one) => folded(`${one.group ?? ""}/${one.words}`).includes(search);
    const found = this.known.filter(fits).slice(0, MOST_PICKS);
    const chosen = this.#pick()?.id;
    this.#slot("picks").replaceChildren(...found.map((one) => pickOf(one, one.id === chosen)));
    this.#slot("known").hidden = names && found.length === 0;
    this.#slot("nobody").hidden = names || found.length > 0;
  }

  #picked(input) {
    const person = this.known.find((one) => one.id === Number(input.value));
    if (!person) return;
    if (this.asked.names) {
      this.form.elements.group.value = person.group;
      this.form.elements.name.value = person.name;
    }
    this.#ask();
  }

  #pick() {
    const input = this.form.querySelector("input[name=pick]:checked");
    return input ? this.known.find((one) => one.id === Number(input.value)) : null;
  }

  #who() {
    const { elements } = this.form;
    if (!this.asked.names) return this.#pick() ? { person: this.#pick() } : null;
    const [group, name] = [elements.group.value.trim(), elements.name.value.trim()];
    return group && name ? { group, name } : null;
  }

  /** Back to the question: what was shown no longer holds. */
  #ask() {
    this.previewed = null;
    this.#say("");
    this.#slot("submit").textContent = t("Preview");
    this.#slot("submit").disabled = false;
  }

  async #preview() {
    const who = this.#who();
    if (!who) {
      this.#say(this.asked.names ? t("Say a group and a name.") : t("Pick somebody first."), true);
      return;
    }
    const outcome = await this.#attempt(() => this.asked.send(who, true));
    if (!outcome) return;
    this.previewed = who;
    const known = this.asked.names && this.#isKnown(who);
    const joins = known && this.asked.except !== undefined;
    const label = `${known.group}/${known.name}`;
    const first = joins ? `${t("{name} is known already: the two become one person.", { name: label })} ` : "";
    this.#say(first + outcome.sentence);
    this.#slot("submit").textContent = t("Apply");
    this.#slot("submit").focus();
  }

  async #apply() {
    const who = this.previewed;
    const outcome = await this.#attempt(() => this.asked.send(who, false));
    if (!outcome) return;
    this.dialog.close();
    this.asked.done(outcome);
  }

  async #attempt(send) {
    this.#slot("submit").disabled = true;
    this.#say(t("Looking…"));
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#ask();
      this.#say(error.message, true);
      if (error.status === 409) this.#tooLate(error);
      return null;
    } finally {
      this.#slot("submit").disabled = false;
    }
  }

  /** What the question was about has changed: it has to be asked anew, about what is there. */
  #tooLate(error) {
    this.dialog.close();
    toast(error.message, { bad: true });
    this.asked.done(null);
  }

  #isKnown({ group, name }) {
    const same = (one) => folded(one.group) === folded(group) && folded(one.name) === folded(name);
    return this.known.find(same) ?? false;
  }

  #say(text, bad = false) {
    this.#slot("preview").textContent = text;
    this.#slot("preview").classList.toggle("bad", bad);
  }

  #slot(name) {
    return this.dialog.querySelector(`[data-slot=${name}]`);
  }
}

function pickOf(person, chosen) {
  const label = document.createElement("label");
  label.className = "pick";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "pick", value: String(person.id), checked: chosen });
  const words = document.createElement("span");
  words.textContent = person.words;
  const group = document.createElement("small");
  group.textContent = person.group ?? "";
  label.append(input);
  if (person.face) {
    const face = new Image(32, 32);
    Object.assign(face, { src: person.face, alt: "", className: "face", loading: "lazy" });
    label.append(face);
  }
  label.append(words, group);
  return label;
}
