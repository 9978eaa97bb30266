/** The player: position in whole milliseconds, frame steps, speed, one segment at a time. */

import { toFrame } from "../segments.js";
import { t } from "../strings.js";
import { format } from "../time.js";

const RATES = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 8];

export class Player extends EventTarget {
  constructor(element, store, startMs) {
    super();
    this.element = element;
    this.store = store;
    this.ms = startMs;
    this.within = null;
    this.looping = false;
    element.controls = false;
    element.addEventListener("play", () => this.#follow());
    element.addEventListener("pause", () => this.#showPlaying());
    element.addEventListener("ended", () => this.#moved());
    element.addEventListener("click", () => this.toggle());
    element.addEventListener("error", () => this.#failed());
    element.addEventListener("loadedmetadata", () => this.seek(this.ms));
    if (element.error) this.#failed();
    else if (element.readyState >= 1) this.seek(this.ms);
    this.#moved();
  }

  get duration() {
    return this.store.video.duration_ms;
  }

  get playing() {
    return !this.element.paused && !this.element.ended;
  }

  toggle() {
    this.within = null;
    if (this.playing) this.element.pause();
    else {
      if (this.ms >= this.duration - 50) this.seek(0);
      this.#play();
    }
  }

  /** Play `[start, end)` and stop there, or start over where repeating is on. */
  playWithin(segment) {
    this.seek(segment.start_ms);
    this.within = [segment.start_ms, segment.end_ms];
    this.#play();
  }

  seek(ms) {
    this.ms = Math.min(Math.max(Math.round(ms), 0), this.duration);
    // A millisecond on: times are rounded down, and the frame that starts here is meant.
    this.element.currentTime = Math.min(this.ms + 1, this.duration) / 1000;
    this.#moved();
  }

  step(frames) {
    this.element.pause();
    const fps = this.store.video.fps > 0 ? this.store.video.fps : 25;
    this.seek(toFrame(this.ms, fps) + Math.round((frames * 1000) / fps));
  }

  faster(steps) {
    const now = RATES.indexOf(this.element.playbackRate);
    const index = Math.min(Math.max((now < 0 ? 4 : now) + steps, 0), RATES.length - 1);
    this.element.playbackRate = RATES[index];
    document.getElementById("rate").textContent = `${RATES[index]}×`;
  }

  setLooping(on) {
    this.looping = on;
    const segment = this.store.selected;
    this.within = on && segment ? [segment.start_ms, segment.end_ms] : null;
    if (this.within && (this.ms < this.within[0] || this.ms >= this.within[1])) {
      this.seek(this.within[0]);
    }
  }

  #play() {
    // Refused where the file is gone; the error event says why.
    this.element.play().catch(() => this.#showPlaying());
  }

  #follow() {
    this.#showPlaying();
    const tick = () => {
      if (!this.playing) return;
      this.ms = Math.min(Math.round(this.element.currentTime * 1000), this.duration);
      if (this.within && this.ms >= this.within[1]) this.#reachedEnd();
      this.#moved();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  #reachedEnd() {
    if (this.looping) {
      this.seek(this.within[0]);
      return;
    }
    this.element.pause();
    this.ms = this.within[1];
    this.within = null;
  }

  #moved() {
    const clock = document.querySelector("#clock b");
    clock.textContent = format(this.ms, 1);
    this.dispatchEvent(new Event("moved"));
  }

  #showPlaying() {
    document.body.classList.toggle("is-playing", this.playing);
  }

  async #failed() {
    const notice = document.getElementById("player-failure");
    let reason = t("the file is missing or of a kind this browser cannot play");
    const answer = await fetch(this.element.src, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    if (answer && answer.status === 410) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      notice.textContent = page.querySelector("h1")?.textContent ?? reason;
    } else {
      notice.textContent = t("This video cannot be played: {reason}", { reason });
    }
    notice.hidden = false;
  }
}
