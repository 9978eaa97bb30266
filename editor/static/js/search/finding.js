/** Asks for results without leaving the page; a newer question aborts the older one. */

import { t } from "../strings.js";
import { toast } from "../toast.js";
import { Latest } from "./latest.js";

// A shorter wait needs no sign.
const PATIENCE_MS = 200;
// A model that is loaded answers sooner.
const LOADING_MS = 3_000;

export class Finding extends EventTarget {
  constructor() {
    super();
    this.latest = new Latest();
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-stop]")) this.stop();
    });
    window.addEventListener("popstate", () => this.open(location.href, { push: false }));
  }

  get busy() {
    return this.latest.busy;
  }

  stop() {
    this.latest.stop();
    this.#showBusy(false);
  }

  /** Show the results of an address. */
  open(address, { push = true } = {}) {
    return this.#ask(address, {}, (response) => {
      if (push) window.history.pushState(null, "", response.url);
    });
  }

  /** Show what is like a picture; `body` is a form with it. What is wrong with it is said here. */
  send(address, body) {
    return this.#ask(address, { method: "POST", body }, null);
  }

  async #ask(address, request, arrived) {
    const timers = [setTimeout(() => this.#showBusy(true), PATIENCE_MS)];
    if (request.body) timers.push(setTimeout(() => this.#showLoading(true), LOADING_MS));
    this.#showLoading(false);
    try {
      const answer = await this.latest.run(async (signal) => {
        const response = await fetch(address, { ...request, signal, headers: { Accept: "text/html" } });
        return { response, html: await response.text() };
      });
      if (answer) this.#show(answer, request, arrived);
    } catch {
      const again = { label: t("Try again"), run: () => this.#ask(address, request, arrived) };
      toast(t("The editor does not answer; is it still running?"), { bad: true, action: again });
    } finally {
      timers.forEach(clearTimeout);
      if (!this.latest.busy) this.#showBusy(false);
    }
  }

  #show({ response, html }, request, arrived) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("main");
    if (!fresh) throw new Error("The answer is no page.");
    if (!response.ok && request.method === "POST") {
      toast(fresh.querySelector("h1").textContent, { bad: true });
      return;
    }
    arrived?.(response);
    document.title = page.title;
    document.getElementById("main").replaceWith(document.adoptNode(fresh));
    window.scrollTo(0, 0);
    this.dispatchEvent(new Event("shown"));
  }

  #showBusy(busy) {
    const sign = document.getElementById("searching");
    if (sign) sign.hidden = !busy;
    if (!busy) this.#showLoading(false);
    document.getElementById("main").setAttribute("aria-busy", String(busy));
  }

  /** Only pictures wait for a model: that of the words is loaded when the editor starts. */
  #showLoading(loading) {
    const sign = document.querySelector("#searching [data-slot=loading]");
    if (sign) sign.hidden = !loading;
  }
}
