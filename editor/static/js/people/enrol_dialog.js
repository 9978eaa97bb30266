/** Pictures of one person: chosen or dropped anywhere, looked at, and only then added. */

import { ApiError, get, newKey } from "../api.js";
import { bindDropping } from "../dropping.js";
import { t } from "../strings.js";

export class EnrolDialog {
  /** `done(outcome)` is called after pictures were added. */
  constructor(done) {
    this.dialog = document.getElementById("enrol-dialog");
    this.form = document.getElementById("enrol-form");
    this.done = done;
    this.files = [];
    this.previewed = false;
    for (const button of this.dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
    this.dialog.addEventListener("close", () => this.#take([]));
    this.form.addEventListener("input", (event) => {
      if (event.target.name === "files") this.#take([...this.files, ...event.target.files]);
      else this.#ask();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    bindDropping((files) => this.#dropped(files));
  }

  async open({ group = "", name = "" } = {}) {
    if (this.dialog.open) return;
    this.dialog.showModal();
    if (this.dialog.dataset.off) return;
    const { elements } = this.form;
    elements.group.value = group;
    elements.name.value = name;
    this.#ask();
    if (group) elements.files.focus();
    else elements.group.focus();
    const { groups, people } = await get("/api/people").catch(() => ({ groups: [], people: [] }));
    options("enrol-groups", groups);
    options("enrol-names", people.filter((one) => one.name).map((one) => one.name));
  }

  #dropped(files) {
    this.open(this.whose?.() ?? {});
    if (!this.dialog.dataset.off) this.#take([...this.files, ...files]);
  }

  #take(files) {
    this.files = files;
    this.previewed = false;
    if (this.dialog.dataset.off) return;
    this.form.elements.files.value = "";
    this.#slot("files").replaceChildren(...files.map((file) => line(file.name, "")));
    this.#ask();
  }

  #ask() {
    this.previewed = false;
    if (this.dialog.dataset.off) return;
    this.#say("");
    this.#slot("submit").textContent = t("Preview");
    this.#slot("submit").disabled = false;
  }

  async #send() {
    const { elements } = this.form;
    if (!this.files.length) {
      this.#say(t("Choose at least one picture."), true);
      return;
    }
    if (!elements.group.value.trim() || !elements.name.value.trim()) {
      this.#say(t("Say a group and a name."), true);
      return;
    }
    const preview = !this.previewed;
    this.#slot("submit").disabled = true;
    this.#say(preview ? t("Looking at the pictures…") : t("Adding the pictures…"));
    try {
      const outcome = await this.#post(preview);
      if (preview) this.#shown(outcome);
      else {
        this.dialog.close();
        this.done(outcome);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#ask();
      this.#say(error.message, true);
    }
  }

  /** Which pictures can be used, why the others cannot, and what would change. */
  #shown(outcome) {
    const lines = outcome.pictures.map(({ file, status, problem }) => {
      const words = { enrolled: t("can be added"), known: t("is here already"), refused: problem };
      return line(status === "refused" ? "" : file, words[status], status);
    });
    this.#slot("files").replaceChildren(...lines);
    this.previewed = outcome.new > 0;
    this.#slot("submit").disabled = !this.previewed;
    const none = t("None of these pictures can be added.");
    this.#say(this.previewed ? outcome.sentence : none, !this.previewed);
    this.#slot("submit").textContent = this.previewed ? t("Apply") : t("Preview");
    if (this.previewed) this.#slot("submit").focus();
  }

  async #post(preview) {
    const body = new FormData();
    body.set("group", this.form.elements.group.value.trim());
    body.set("name", this.form.elements.name.value.trim());
    body.set("preview", String(preview));
    body.set("idempotency_key", newKey());
    for (const file of this.files) body.append("pictures", file, file.name);
    let response;
    try {
      response = await fetch("/api/people/pictures", { method: "POST", body });
    } catch {
      throw new ApiError(0, { error: t("The editor does not answer; is it still running?") });
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }

  #say(text, bad = false) {
    this.#slot("preview").textContent = text;
    this.#slot("preview").classList.toggle("bad", bad);
  }

  #slot(name) {
    return this.dialog.querySelector(`[data-slot=${name}]`);
  }
}

function line(file, words, status = "") {
  const item = document.createElement("li");
  item.className = status;
  const name = document.createElement("b");
  name.textContent = file;
  const said = document.createElement("span");
  said.textContent = words;
  item.append(...(file ? [name, said] : [said]));
  return item;
}

function options(id, words) {
  const items = [...new Set(words)].map((text) =>
    Object.assign(document.createElement("option"), { value: text }),
  );
  document.getElementById(id).replaceChildren(...items);
}
