/** Words not saved yet, kept in this browser: they outlive a sign-out, an outage, a closed tab. */

const PREFIX = "clipops.draft.";

const keyOf = (videoId, segmentId) => `${PREFIX}${videoId}.${segmentId}`;

/** `base` is the segment as it was when writing began, `words` the captions as written. */
export function keep(videoId, segmentId, base, words) {
  const draft = { caption: base.caption, caption_ko: base.caption_ko, revision: base.revision };
  try {
    localStorage.setItem(keyOf(videoId, segmentId), JSON.stringify({ base: draft, words }));
  } catch (error) {
    // Private windows and full storage: the words still stand in the field.
    console.warn("draft not kept", error.name);
  }
}

export function drop(videoId, segmentId) {
  localStorage.removeItem(keyOf(videoId, segmentId));
}

export function find(videoId, segmentId) {
  const text = localStorage.getItem(keyOf(videoId, segmentId));
  return text ? JSON.parse(text) : null;
}

/** The segments of a video with a draft. */
export function segmentsWithDrafts(videoId) {
  const start = `${PREFIX}${videoId}.`;
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(start))
    .map((key) => Number(key.slice(start.length)));
}
