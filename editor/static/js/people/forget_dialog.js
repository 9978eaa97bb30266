/** Forgetting somebody: what would be gone, the name typed once more, and then the receipt. */

import { ApiError, post } from "../api.js";
import { t } from "../strings.js";

export class ForgetDialog {
  constructor() {
    this.dialog = document.getElementById("forget-dialog");
    this.form = document.getElementById("forget-form");
    this.person = null;
    this.forgotten = false;
    for (const button of this.dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.forgotten) this.dialog.close();
      else this.#forget();
    });
    // There is nobody left on this page.
    this.dialog.addEventListener("close", () => this.forgotten && location.assign("/people"));
  }

  /** Resolves once the dialog shows what would be removed. */
  async open(person) {
    this.person = person;
    const body = { expected_version: person.version, preview: true };
    const receipt = await post(`/api/people/${person.id}/forget`, body);
    this.form.reset();
    this.#slot("title").textContent = t("Forget {name}?", { name: person.words });
    this.#slot("sentence").textContent = t("This cannot be undone. For good goes:");
    this.#slot("ask").textContent = t("Type “{name}” to go on", { name: person.words });
    this.#slot("problem").textContent = "";
    this.#show(receipt);
    this.dialog.showModal();
    this.form.elements.confirm.focus();
  }

  async #forget() {
    const body = { expected_version: this.person.version, confirm: this.form.elements.confirm.value };
    this.#slot("submit").disabled = true;
    try {
      const receipt = await post(`/api/people/${this.person.id}/forget`, body);
      this.forgotten = true;
      this.#slot("title").textContent = t("Forgotten");
      this.#slot("sentence").textContent = t("Receipt {number}. Gone for good:", { number: receipt.receipt });
      this.#show(receipt);
      this.#slot("problem").textContent = "";
      this.#slot("confirm").hidden = true;
      this.dialog.querySelector("[data-close]").hidden = true;
      this.#slot("submit").textContent = t("Close");
      this.#slot("submit").classList.remove("danger");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#slot("problem").textContent = error.message;
    }
    this.#slot("submit").disabled = false;
  }

  #show(receipt) {
    const lines = receipt.lines.map((words) =>
      Object.assign(document.createElement("li"), { textContent: words }),
    );
    this.#slot("lines").replaceChildren(...lines);
    const links = receipt.left_links.map((href, index) =>
      Object.assign(document.createElement("a"), { href, textContent: String(index + 1) }),
    );
    const words = t("Captions that mention the name are left as they are:");
    const captions = this.#slot("captions");
    captions.replaceChildren(words, ...links.flatMap((link) => [" ", link]));
    captions.hidden = links.length === 0;
  }

  #slot(name) {
    return this.dialog.querySelector(`[data-slot=${name}]`);
  }
}
