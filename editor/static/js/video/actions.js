/** Every edit: check, show it at once, save it, say what happened. */

import { ApiError, get, post } from "../api.js";
import * as algebra from "../segments.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

export class Actions {
  constructor(store, player) {
    this.store = store;
    this.player = player;
  }

  split() {
    const ms = this.player.ms;
    const chosen = this.store.selectedId;
    return this.#write(async () => {
      const segment = algebra.at(this.store.segments, ms);
      if (!segment) return toast(t("No segment is under the playhead."), { bad: true });
      if (!algebra.canSplit(segment, ms)) {
        return toast(t("Move the playhead further inside the segment to split it."), { bad: true });
      }
      const guess = algebra.split(this.store.segments, segment.id, ms);
      const result = await this.#onSegment(segment, "split", { at_ms: ms }, guess);
      const second = result.segments.find((item) => item.start_ms === ms);
      if (second) this.#follow(chosen, second.id);
      return this.#done(t("Split"));
    });
  }

  merge() {
    return this.#onSelected(async (segment) => {
      const following = algebra.next(this.store.segments, segment.id);
      if (!following) return toast(t("There is no next segment to merge with."), { bad: true });
      const guess = algebra.mergeWithNext(this.store.segments, segment.id);
      const body = { next_id: following.id, next_revision: following.revision };
      await this.#onSegment(segment, "merge", body, guess);
      return this.#done(t("Merged"));
    });
  }

  delete() {
    return this.#onSelected(async (segment) => {
      const neighbour =
        algebra.next(this.store.segments, segment.id) ??
        algebra.previous(this.store.segments, segment.id);
      const guess = algebra.remove(this.store.segments, segment.id);
      await this.#onSegment(segment, "delete", {}, guess);
      this.#follow(segment.id, neighbour?.id ?? null);
      return this.#done(t("Segment deleted"));
    });
  }

  setStart() {
    const ms = this.player.ms;
    return this.#onSelected((segment) => {
      if (ms > segment.end_ms - algebra.MINIMUM_MS) {
        return toast(t("The playhead must lie before the end of the segment."), { bad: true });
      }
      return this.#trim(segment, ms, segment.end_ms);
    });
  }

  setEnd() {
    const ms = this.player.ms;
    return this.#onSelected((segment) => {
      if (ms < segment.start_ms + algebra.MINIMUM_MS) {
        return toast(t("The playhead must lie after the start of the segment."), { bad: true });
      }
      return this.#trim(segment, segment.start_ms, ms);
    });
  }

  trim(id, startMs, endMs) {
    return this.#write(() => this.#trim(algebra.byId(this.store.segments, id), startMs, endMs));
  }

  moveBorder(id, nextId, ms) {
    return this.#write(async () => {
      const [first, second] = [id, nextId].map((key) => algebra.byId(this.store.segments, key));
      if (first.end_ms === ms) return;
      const shorter = algebra.withSpan(this.store.segments, id, first.start_ms, ms);
      const guess = algebra.withSpan(shorter, nextId, ms, second.end_ms);
      const body = { at_ms: ms, next_id: nextId, next_revision: second.revision };
      await this.#onSegment(first, "border", body, guess);
    });
  }

  create() {
    const ms = this.player.ms;
    return this.#write(async () => {
      if (algebra.at(this.store.segments, ms)) {
        return toast(t("There is a segment here already."), { bad: true });
      }
      const room = algebra.roomFor(this.store.segments, ms, this.store.video.duration_ms);
      if (!room) return toast(t("There is no room for a segment here."), { bad: true });
      const path = `/api/videos/${this.store.video.id}/segments`;
      const result = await post(path, { start_ms: room[0], end_ms: room[1] });
      this.store.accept(result);
      this.store.select(result.touched[0], { by: "edit" });
      return this.#done(t("Segment created"));
    });
  }

  restore(segment) {
    return this.#write(async () => {
      const body = { expected_revision: segment.revision };
      const result = await post(`/api/segments/${segment.id}/restore`, body);
      this.store.accept(result);
      this.store.select(segment.id, { by: "edit" });
      return this.#done(t("Segment restored"));
    });
  }

  undo() {
    return this.#step("undo", t("Undone"));
  }

  redo() {
    return this.#step("redo", t("Redone"));
  }

  /** Something was said about people (null: nothing, they read differently by now). */
  said(outcome) {
    if (outcome) {
      this.store.steps.said(outcome.change_id);
      toast(outcome.sentence, { action: { label: t("Undo"), run: () => this.undo() } });
    }
    return this.#write(() => this.#readAgain());
  }

  /** One step of this person: on the video, or what was said about people here. */
  #step(direction, words) {
    const { steps } = this.store;
    return this.#write(async () => {
      if (direction === "undo" ? steps.nextIsPeople : steps.nextAgainIsPeople) {
        const outcome = await (direction === "undo" ? steps.undoPeople() : steps.redoPeople());
        await this.#readAgain();
        return toast(`${words} · ${outcome.sentence}`);
      }
      const result = await post(`/api/videos/${this.store.video.id}/${direction}`, {});
      this.store.accept(result, direction);
      return toast(words);
    });
  }

  async #readAgain() {
    this.store.accept(await get(`/api/videos/${this.store.video.id}/timeline`));
  }

  async #trim(segment, startMs, endMs) {
    const limits = algebra.limits(this.store.segments, segment.id, this.store.video.duration_ms);
    const start = algebra.clamp(startMs, limits.start);
    const end = algebra.clamp(endMs, limits.end);
    if (start === segment.start_ms && end === segment.end_ms) return this.store.forget();
    const guess = algebra.withSpan(this.store.segments, segment.id, start, end);
    return this.#onSegment(segment, "trim", { start_ms: start, end_ms: end }, guess);
  }

  /** Save one edit of a segment. Where only the pipeline changed it meanwhile, and only its words
   * (it describes a segment anew after a split), the edit still means the same and is sent for
   * the new revision. What a person changed is never written over. */
  async #onSegment(segment, verb, body, guess) {
    this.store.guess(guess);
    const path = `/api/segments/${segment.id}/${verb}`;
    const whole = { ...body, expected_revision: segment.revision };
    const following = algebra.byId(this.store.timeline.segments, body.next_id);
    try {
      return this.#accept(await post(path, whole));
    } catch (error) {
      const revisions = described(error, segment, following);
      if (!revisions) throw error;
      return this.#accept(await post(path, { ...whole, ...revisions }));
    }
  }

  /** Select what an edit left, unless the person has chosen something else meanwhile. */
  #follow(before, id) {
    const { selectedId } = this.store;
    if (selectedId === null || selectedId === before) this.store.select(id, { by: "edit" });
  }

  #accept(result) {
    this.store.accept(result);
    return result;
  }

  /** On the segment that is selected now, even where it takes a while until its turn comes. */
  #onSelected(work) {
    const id = this.store.selectedId;
    return this.#write(() => {
      // The second half of a split has its number only once the server gave it one.
      const segment = id < 0 ? this.store.selected : algebra.byId(this.store.segments, id);
      if (!segment) return toast(t("Choose a segment first."), { bad: true });
      return work(segment);
    });
  }

  /** One write at a time; what fails is taken back on screen and said aloud. */
  #write(work) {
    return this.store.queue(async () => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.store.forget();
        toast(error.message, { bad: true });
        if (error.status === 409) this.store.dispatchEvent(new Event("stale"));
      }
    });
  }

  #done(words) {
    toast(words, { action: { label: t("Undo"), run: () => this.undo() } });
  }
}

/** The revisions to send after a refusal that only the pipeline's describing caused, else null. */
function described(error, segment, following) {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const { current, changed_by_pipeline: byPipeline } = error.body;
  const seen = [segment, following].find((item) => item?.id === current.id);
  const same = (key) => current[key] === seen[key];
  if (!byPipeline || !seen || !["start_ms", "end_ms", "state"].every(same)) return null;
  return seen === segment
    ? { expected_revision: current.revision }
    : { next_revision: current.revision };
}
