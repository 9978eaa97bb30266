/** Notices what others change, what the pipeline finds, and who else is here. */

import { get } from "../api.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

const CALM_MS = 4000;
const BUSY_MS = 1500;

export class Sync {
  constructor(store) {
    this.store = store;
    store.addEventListener("stale", () => this.now(true));
    store.addEventListener("timeline", () => this.#show());
    store.steps.addEventListener("changed", () => this.#show());
    document.addEventListener("visibilitychange", () => this.now());
    this.#show();
    this.#again();
  }

  /** Ask once; `whole` asks even when nothing seems new. */
  now(whole = false) {
    if (document.visibilityState !== "visible") return Promise.resolve();
    return this.store.queue(async () => {
      const { timeline, video } = this.store;
      const others = encodeURIComponent(timeline.others.join(","));
      const query = whole ? "" : `?after=${timeline.latest}&others=${others}&people=${timeline.people}`;
      const fresh = await get(`/api/videos/${video.id}/timeline${query}`).catch(() => null);
      if (!fresh) return;
      // What the pipeline rewrites after an edit is expected, not news.
      const foreign =
        fresh.latest > timeline.latest &&
        fresh.latest_by !== this.store.me && fresh.latest_origin !== "pipeline";
      this.store.accept(fresh);
      if (foreign) toast(t("Video changed by {name}", { name: fresh.latest_by }));
    });
  }

  #show() {
    const { others, undo, redo, video } = this.store.timeline;
    const { steps } = this.store;
    const words = others.length ? t("Also here: {names}", { names: others.join(", ") }) : "";
    document.getElementById("others").textContent = words;
    document.querySelector("[data-action=undo]").disabled = !undo && !steps.nextIsPeople;
    document.querySelector("[data-action=redo]").disabled = !redo && !steps.nextAgainIsPeople;
    const progress = document.getElementById("processing");
    if (!progress) return;
    const busy = video.status === "queued" || video.status === "processing";
    progress.hidden = !busy;
    progress.firstElementChild.value = video.progress;
  }

  #again() {
    const { status } = this.store.video;
    const busy = status === "queued" || status === "processing";
    setTimeout(() => this.now().then(() => this.#again()), busy ? BUSY_MS : CALM_MS);
  }
}
