/** Segment arithmetic: pure functions over plain objects, times in whole milliseconds.
 * The rules are those of core/segments.py; the server has the last word, this gives the first
 * answer. */

export const MINIMUM_MS = 200;

export const sorted = (segments) => [...segments].sort((a, b) => a.start_ms - b.start_ms);

export const at = (segments, ms) =>
  segments.find((segment) => segment.start_ms <= ms && ms < segment.end_ms) ?? null;

export const byId = (segments, id) => segments.find((segment) => segment.id === id) ?? null;

export function next(segments, id) {
  const index = segments.findIndex((segment) => segment.id === id);
  return index < 0 ? null : (segments[index + 1] ?? null);
}

export function previous(segments, id) {
  const index = segments.findIndex((segment) => segment.id === id);
  return index < 1 ? null : segments[index - 1];
}

export const canSplit = (segment, ms) =>
  segment.start_ms + MINIMUM_MS <= ms && ms <= segment.end_ms - MINIMUM_MS;

/** Two halves; the second has no id until the server gives it one. */
export function split(segments, id, ms) {
  return segments.flatMap((segment) =>
    segment.id === id
      ? [
          { ...segment, end_ms: ms, needs_caption: true },
          { ...segment, id: -id, start_ms: ms, needs_caption: true },
        ]
      : [segment],
  );
}

export function mergeWithNext(segments, id) {
  const second = next(segments, id);
  if (!second) return segments;
  const join = (a, b) => [...new Set([a, b].map((text) => text.trim()).filter(Boolean))].join(" ");
  return segments
    .filter((segment) => segment.id !== second.id)
    .map((segment) => {
      if (segment.id !== id) return segment;
      const speaking = [segment, second].filter((item) => item.kind !== "quiet");
      const [first, other] = speaking.length === 1 ? [speaking[0], null] : [segment, second];
      return {
        ...segment,
        end_ms: second.end_ms,
        kind: first.kind,
        caption: other ? join(segment.caption, second.caption) : first.caption,
        caption_ko: other ? join(segment.caption_ko, second.caption_ko) : first.caption_ko,
        detections: [...segment.detections, ...second.detections],
      };
    });
}

export const remove = (segments, id) => segments.filter((segment) => segment.id !== id);

export const withSpan = (segments, id, start_ms, end_ms) =>
  segments.map((segment) => (segment.id === id ? { ...segment, start_ms, end_ms } : segment));

/** How far each edge of a segment may move: to its neighbours and to a rest of MINIMUM_MS. */
export function limits(segments, id, duration_ms) {
  const segment = byId(segments, id);
  const before = previous(segments, id);
  const after = next(segments, id);
  return {
    start: [before ? before.end_ms : 0, segment.end_ms - MINIMUM_MS],
    end: [segment.start_ms + MINIMUM_MS, after ? after.start_ms : duration_ms],
  };
}

/** How far the border between a segment and the next may move. */
export function borderLimits(segments, id) {
  const segment = byId(segments, id);
  const after = next(segments, id);
  if (!after || after.start_ms !== segment.end_ms) return null;
  return [segment.start_ms + MINIMUM_MS, after.end_ms - MINIMUM_MS];
}

export const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** The free stretch around a moment, or null inside a segment. */
export function gapAt(segments, ms, duration_ms) {
  if (at(segments, ms)) return null;
  let [start, end] = [0, duration_ms];
  for (const segment of segments) {
    if (segment.end_ms <= ms) start = Math.max(start, segment.end_ms);
    else if (segment.start_ms > ms) end = Math.min(end, segment.start_ms);
  }
  return [start, end];
}

/** Where a new segment at a moment would lie: up to `wanted_ms` long, within the gap. */
export function roomFor(segments, ms, duration_ms, wanted_ms = 5000) {
  const gap = gapAt(segments, ms, duration_ms);
  if (!gap) return null;
  const end = Math.min(ms + wanted_ms, gap[1]);
  const start = end - ms < MINIMUM_MS ? Math.max(gap[0], end - wanted_ms) : ms;
  return end - start < MINIMUM_MS ? null : [start, end];
}

/** The nearest of `targets` within `reach_ms`, or the moment itself moved to a frame. */
export function snap(ms, targets, reach_ms, fps) {
  let best = null;
  for (const target of targets) {
    const distance = Math.abs(target - ms);
    if (distance <= reach_ms && (best === null || distance < Math.abs(best - ms))) best = target;
  }
  if (best !== null) return { ms: best, snapped: true };
  return { ms: toFrame(ms, fps), snapped: false };
}

export function toFrame(ms, fps) {
  if (!(fps > 0)) return Math.round(ms);
  return Math.round((Math.round((ms * fps) / 1000) * 1000) / fps);
}

/** Edges of the other segments and the playhead: what an edge of `id` snaps to. */
export function snapTargets(segments, id, playhead_ms, duration_ms) {
  const others = segments.filter((segment) => segment.id !== id);
  return [
    0,
    duration_ms,
    playhead_ms,
    ...others.flatMap((segment) => [segment.start_ms, segment.end_ms]),
  ];
}
