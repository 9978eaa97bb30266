/** The lanes under the segments: who is seen, what people wear, and things. */

import { range } from "../time.js";

const PEOPLE_ROWS = 3;
const FACE_PX = 34;
const PADDING_PX = 20;
const LETTER_PX = 7.5;
const HANGUL_PX = 12.5;
const ROW_PX = 28;
// In a low window the player needs the room.
const LOW_PX = 780;
const MOST_ROWS = 3;

export class Lanes {
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.faces = document.getElementById("faces-lane");
    this.people = document.getElementById("people-lane");
    this.things = document.getElementById("objects-lane");
    for (const lane of [this.faces, this.things]) {
      lane.addEventListener("click", (event) => this.#go(event.target.closest("[data-at]")));
    }
  }

  render(scale) {
    const focused = document.activeElement?.closest("#faces-lane, #objects-lane") && document.activeElement.dataset.key;
    const seen = this.store.segments.flatMap((segment) => segment.detections);
    this.#renderFaces(scale);
    this.#renderPeople(seen.filter((item) => item.label === "person"), scale);
    this.#renderThings(seen.filter((item) => item.label !== "person"), scale);
    if (focused) document.querySelector(`.lane [data-key="${focused}"]`)?.focus();
  }

  #renderFaces(scale) {
    const chips = this.store.timeline.appearances.map((one) => {
      const chip = this.#chip(one, `face-${one.id}`, one.words);
      chip.classList.add("face-chip");
      chip.classList.toggle("nobody", !one.person?.name);
      const face = new Image(20, 20);
      Object.assign(face, { src: one.face, alt: "", className: "face", loading: "lazy", draggable: false });
      chip.prepend(face);
      return { chip, one, wish: FACE_PX + widthOf(one.words) };
    });
    this.#lay(this.faces, chips, scale);
  }

  #renderThings(things, scale) {
    const chips = things.map((one, index) => {
      const chip = this.#chip(one, `thing-${index}`, one.words);
      return { chip, one, wish: PADDING_PX + widthOf(one.words) };
    });
    this.#lay(this.things, chips, scale);
  }

  /** Chips beside each other where there is room, else one row further down. */
  #lay(lane, chips, scale) {
    const ends = [];
    const most = window.innerHeight < LOW_PX ? 1 : MOST_ROWS;
    const width = this.store.video.duration_ms * scale;
    chips.sort((a, b) => a.one.start_ms - b.one.start_ms);
    for (const { chip, one, wish } of chips) {
      const span = (one.end_ms - one.start_ms) * scale;
      const shown = Math.max(span, Math.min(wish, 160));
      const left = Math.max(Math.min(one.start_ms * scale, width - shown), 0);
      let row = ends.findIndex((end) => end <= left);
      if (row < 0) row = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
      ends[row] = left + shown + 2;
      chip.style.left = `${left}px`;
      chip.style.width = `${shown}px`;
      chip.style.top = `${row * ROW_PX}px`;
    }
    lane.replaceChildren(...chips.map(({ chip }) => chip));
    lane.style.height = `${ends.length * ROW_PX}px`;
    lane.hidden = chips.length === 0;
  }

  #chip(one, key, words) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "lane-chip";
    Object.assign(chip.dataset, { at: one.at_ms, key });
    chip.title = `${words} · ${range(one.start_ms, one.end_ms)}`;
    chip.setAttribute("aria-label", `${words}, ${range(one.start_ms, one.end_ms)}`);
    const text = document.createElement("span");
    text.textContent = words;
    chip.append(text);
    return chip;
  }

  #renderPeople(seen, scale) {
    const rowEnds = Array(PEOPLE_ROWS).fill(-Infinity);
    const bars = seen
      .sort((a, b) => a.start_ms - b.start_ms)
      .map((item) => {
        const free = rowEnds.findIndex((end) => end <= item.start_ms);
        const row = free < 0 ? PEOPLE_ROWS - 1 : free;
        rowEnds[row] = Math.max(rowEnds[row], item.end_ms);
        const bar = document.createElement("span");
        bar.className = `seen row-${row}`;
        bar.dataset.tone = item.attributes.upper ?? "";
        bar.title = `${item.words} · ${range(item.start_ms, item.end_ms)}`;
        bar.style.left = `${item.start_ms * scale}px`;
        bar.style.width = `${Math.max((item.end_ms - item.start_ms) * scale, 3)}px`;
        return bar;
      });
    this.people.replaceChildren(...bars);
    this.people.hidden = bars.length === 0;
  }

  /** The moment, and the segment it is in. */
  #go(chip) {
    if (!chip) return;
    const ms = Number(chip.dataset.at);
    const segment = this.store.segments.find((item) => item.start_ms <= ms && ms < item.end_ms);
    if (segment) this.store.select(segment.id, { by: "timeline" });
    this.player.seek(ms);
  }
}

/** About how wide words are; measuring each would lay the page out once per chip. */
const widthOf = (words) =>
  [...words].reduce((sum, letter) => sum + (letter > "\u1100" ? HANGUL_PX : LETTER_PX), 0);
