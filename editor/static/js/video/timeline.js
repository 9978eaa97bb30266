/** The timeline: ruler, frames, segments, people and the playhead, at any zoom. */

import * as algebra from "../segments.js";
import { language, t } from "../strings.js";
import { format, range, rulerStep } from "../time.js";
import { Lanes } from "./lanes.js";

const MOST_PX_PER_MS = 0.4;
const TILE_PX = 96;
const STRIP_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];
const KINDS = { shot: "Shot", activity: "Activity", quiet: "Quiet", manual: "Made by hand" };

export class Timeline {
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.track = document.getElementById("track");
    this.inner = document.getElementById("track-inner");
    this.lane = document.getElementById("segments-lane");
    this.lanes = new Lanes(store, player);
    this.playhead = document.getElementById("playhead");
    this.zoom = 1;
    store.addEventListener("segments", () => this.render());
    store.addEventListener("selection", () => this.#showSelection());
    player.addEventListener("moved", () => this.#movePlayhead());
    this.track.addEventListener("scroll", () => this.#drawVisible(), { passive: true });
    this.track.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.#resize()).observe(this.track);
    this.#bindScrubbing();
    this.#resize();
  }

  get duration() {
    return this.store.video.duration_ms;
  }

  /** Pixels per millisecond. */
  get scale() {
    return (this.track.clientWidth / this.duration) * this.zoom;
  }

  msAt(clientX) {
    const x = clientX - this.inner.getBoundingClientRect().left;
    return algebra.clamp(x / this.scale, [0, this.duration]);
  }

  /** Zoom by a factor, holding the moment under `clientX` (or the playhead) in place. */
  zoomBy(factor, clientX = null) {
    const most = Math.max(1, MOST_PX_PER_MS / (this.track.clientWidth / this.duration));
    const anchor = clientX === null ? this.player.ms : this.msAt(clientX);
    const place =
      clientX === null
        ? anchor * this.scale - this.track.scrollLeft
        : clientX - this.track.getBoundingClientRect().left;
    this.zoom = algebra.clamp(this.zoom * factor, [1, most]);
    this.#resize();
    this.track.scrollLeft = anchor * this.scale - place;
    this.#drawVisible();
  }

  fit() {
    this.zoom = 1;
    this.#resize();
  }

  /** Bring a moment into view. */
  reveal(ms) {
    const x = ms * this.scale;
    const [left, width] = [this.track.scrollLeft, this.track.clientWidth];
    if (x < left || x > left + width - 8) this.track.scrollLeft = x - width * 0.15;
  }

  render() {
    const present = new Map([...this.lane.children].map((node) => [Number(node.dataset.segment), node]));
    const nodes = this.store.segments.map((segment) => {
      const node = present.get(segment.id) ?? this.#newBlock();
      this.#fillBlock(node, segment);
      return node;
    });
    const focused = Number(document.activeElement?.dataset?.segment ?? NaN);
    this.lane.replaceChildren(...nodes);
    if (!Number.isNaN(focused) && this.lane.contains(present.get(focused))) present.get(focused).focus();
    this.lanes.render(this.scale);
    this.#showSelection();
  }

  /** Draw one block elsewhere for the moment, while its edge is dragged. */
  preview(id, startMs, endMs) {
    const node = this.lane.querySelector(`[data-segment="${id}"]`);
    if (node) this.#place(node, startMs, endMs);
  }

  #newBlock() {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "block";
    const text = document.createElement("span");
    text.className = "block-text";
    const edges = ["start", "end"].map((side) => {
      const edge = document.createElement("span");
      edge.className = `edge ${side}`;
      edge.dataset.edge = side;
      return edge;
    });
    node.append(text, ...edges);
    return node;
  }

  #fillBlock(node, segment) {
    const [first, second] =
      language === "ko" ? [segment.caption_ko, segment.caption] : [segment.caption, segment.caption_ko];
    const words = first || second || (segment.kind === "quiet" ? t("Quiet") : t("No caption yet"));
    node.dataset.segment = segment.id;
    node.dataset.kind = segment.kind;
    node.classList.toggle("wanting", segment.needs_caption && segment.kind !== "quiet");
    node.firstChild.textContent = words;
    node.title = `${range(segment.start_ms, segment.end_ms)} · ${t(KINDS[segment.kind])}\n${words}`;
    node.setAttribute("aria-label", `${range(segment.start_ms, segment.end_ms)}, ${words}`);
    this.#place(node, segment.start_ms, segment.end_ms);
  }

  #place(node, startMs, endMs) {
    const left = startMs * this.scale;
    const width = (endMs - startMs) * this.scale;
    node.style.left = `${left}px`;
    node.style.width = `${Math.max(width - 1, 2)}px`;
    node.classList.toggle("tiny", width < 40);
    node.classList.toggle("narrow", width < 96);
  }

  #showSelection() {
    for (const node of this.lane.children) {
      const on = Number(node.dataset.segment) === this.store.selectedId;
      node.classList.toggle("selected", on);
      node.setAttribute("aria-pressed", String(on));
    }
  }

  #movePlayhead() {
    const { ms } = this.player;
    this.playhead.style.transform = `translateX(${ms * this.scale}px)`;
    this.playhead.setAttribute("aria-valuenow", String(ms));
    this.playhead.setAttribute("aria-valuetext", format(ms, 1));
    if (this.player.playing) this.reveal(ms);
  }

  #resize() {
    this.inner.style.width = this.zoom === 1 ? "100%" : `${this.duration * this.scale}px`;
    this.render();
    this.#movePlayhead();
    this.#drawVisible();
  }

  /** Ruler marks and frames, only those in view: an hour zoomed in has thousands. */
  #drawVisible() {
    const from = this.track.scrollLeft / this.scale;
    const to = Math.min((this.track.scrollLeft + this.track.clientWidth) / this.scale, this.duration);
    const step = rulerStep(this.scale);
    const marks = [];
    for (let ms = Math.floor(from / step) * step; ms <= to; ms += step) {
      const mark = document.createElement("span");
      mark.style.left = `${ms * this.scale}px`;
      mark.textContent = format(ms, step < 1000 ? 1 : 0);
      marks.push(mark);
    }
    document.getElementById("ruler").replaceChildren(...marks);
    this.#drawStrip(from, to);
  }

  #drawStrip(from, to) {
    const holder = document.getElementById("strip");
    const stepS = STRIP_STEPS_S.find((s) => s * 1000 * this.scale >= TILE_PX) ?? 3600;
    const stepMs = stepS * 1000;
    const present = new Map([...holder.children].map((node) => [node.dataset.at, node]));
    const tiles = [];
    for (let ms = Math.floor(from / stepMs) * stepMs; ms < to; ms += stepMs) {
      const tile = present.get(String(ms)) ?? new Image();
      if (!tile.dataset.at) {
        tile.dataset.at = String(ms);
        tile.alt = "";
        tile.decoding = "async";
        tile.draggable = false;
        tile.src = `/videos/${this.store.video.id}/frames/${ms}.jpg`;
      }
      tile.style.left = `${ms * this.scale}px`;
      tile.style.width = `${Math.min(stepMs, this.duration - ms) * this.scale}px`;
      tiles.push(tile);
    }
    holder.replaceChildren(...tiles);
  }

  #wheel(event) {
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    // Where the page itself scrolls, the bare wheel belongs to the page.
    const pageScrolls = document.documentElement.scrollHeight > window.innerHeight + 1;
    if (pageScrolls && !(event.ctrlKey || event.metaKey || event.altKey)) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event.clientX);
  }

  #bindScrubbing() {
    let scrubbing = false;
    const move = (event) => this.player.seek(this.msAt(event.clientX));
    const surfaces = [document.getElementById("ruler"), document.getElementById("strip"), this.playhead];
    for (const surface of surfaces) {
      surface.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        surface.setPointerCapture(event.pointerId);
        scrubbing = true;
        move(event);
      });
      surface.addEventListener("pointermove", (event) => scrubbing && move(event));
      surface.addEventListener("pointerup", () => (scrubbing = false));
      surface.addEventListener("pointercancel", () => (scrubbing = false));
    }
    this.lane.addEventListener("click", (event) => {
      const block = event.target.closest(".block");
      if (event.target.closest(".edge")) return;
      // A click made by the keyboard has no place: go to the start.
      const segment = block && algebra.byId(this.store.segments, Number(block.dataset.segment));
      if (event.detail > 0) block?.blur();
      if (segment) this.store.select(segment.id, { by: "timeline" });
      this.player.seek(event.detail === 0 && segment ? segment.start_ms : this.msAt(event.clientX));
    });
  }
}
