/** Dragging an edge: it snaps, the picture follows, Shift takes the neighbour's edge along. */

import * as algebra from "../segments.js";

const REACH_PX = 8;

export function bindTrimming(store, player, timeline, actions) {
  const lane = document.getElementById("segments-lane");
  const line = document.getElementById("snap");
  let drag = null;

  lane.addEventListener("pointerdown", (event) => {
    const edge = event.target.closest(".edge");
    if (!edge || event.button !== 0) return;
    event.preventDefault();
    const segment = algebra.byId(store.segments, Number(edge.parentElement.dataset.segment));
    if (!segment || segment.id < 0) return;
    store.select(segment.id, { by: "timeline" });
    player.element.pause();
    edge.setPointerCapture(event.pointerId);
    drag = { edge, side: edge.dataset.edge, segment, startX: event.clientX, ms: null, shared: null };
  });

  lane.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (drag.ms === null && Math.abs(event.clientX - drag.startX) < 3) return;
    follow(event);
  });

  lane.addEventListener("pointerup", () => {
    if (!drag) return;
    const { side, segment, ms, shared } = drag;
    stop();
    if (ms === null) return;
    if (shared) actions.moveBorder(shared[0].id, shared[1].id, ms);
    else if (side === "start") actions.trim(segment.id, ms, segment.end_ms);
    else actions.trim(segment.id, segment.start_ms, ms);
  });

  lane.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", (event) => {
    if (drag && event.code === "Escape") cancel();
  });

  function follow(event) {
    const { side, segment } = drag;
    const shared = event.shiftKey ? neighbours(segment, side) : null;
    if (drag.shared && !shared) timeline.render();
    drag.shared = shared;
    const free = shared
      ? algebra.borderLimits(store.segments, shared[0].id)
      : algebra.limits(store.segments, segment.id, store.video.duration_ms)[side];
    const wanted = timeline.msAt(event.clientX);
    const targets = algebra.snapTargets(store.segments, segment.id, player.ms, store.video.duration_ms);
    const reach = event.altKey ? -1 : REACH_PX / timeline.scale;
    const found = algebra.snap(wanted, withoutSelf(targets), reach, store.video.fps);
    drag.ms = algebra.clamp(found.ms, free);
    draw(found.snapped && drag.ms === found.ms);
  }

  /** The playhead follows the drag, so it is no place to snap to while it does. */
  function withoutSelf(targets) {
    drag.playheadMs ??= player.ms;
    return targets.map((ms) => (ms === player.ms ? drag.playheadMs : ms));
  }

  function draw(snapped) {
    const { side, segment, ms, shared } = drag;
    if (shared) {
      timeline.preview(shared[0].id, shared[0].start_ms, ms);
      timeline.preview(shared[1].id, ms, shared[1].end_ms);
    } else if (side === "start") timeline.preview(segment.id, ms, segment.end_ms);
    else timeline.preview(segment.id, segment.start_ms, ms);
    line.hidden = !snapped;
    line.style.transform = `translateX(${ms * timeline.scale}px)`;
    // The last picture of the segment, not the first of what follows.
    if (!player.element.seeking) player.seek(side === "end" ? Math.max(ms - 1, 0) : ms);
  }

  function neighbours(segment, side) {
    const pair =
      side === "end"
        ? [segment, algebra.next(store.segments, segment.id)]
        : [algebra.previous(store.segments, segment.id), segment];
    return pair[0] && pair[1] && pair[0].end_ms === pair[1].start_ms ? pair : null;
  }

  function cancel() {
    if (!drag) return;
    stop();
    timeline.render();
  }

  function stop() {
    drag = null;
    line.hidden = true;
  }
}
