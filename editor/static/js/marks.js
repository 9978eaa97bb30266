/** What somebody did with an answer of a search, told to the server even while the page goes. */

/** Sent without waiting; a mark that gets lost is not worth a word. */
export function sendMark(mark) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(mark),
    keepalive: true,
  };
  return fetch("/api/marks", request).catch(() => null);
}

/** Marks what follows from having opened `segment_id` out of a search: each kind once. */
export class Following {
  constructor({ query, segment_id, rank }, send = sendMark) {
    this.mark = { query, segment_id, rank };
    this.send = send;
    this.said = new Set();
  }

  is(segmentId) {
    return segmentId === this.mark.segment_id;
  }

  did(kind) {
    if (this.said.has(kind)) return;
    this.said.add(kind);
    this.send({ ...this.mark, kind });
  }

  /** An edit of that segment, by the ids an edit touched. */
  edited(touched) {
    if (touched.some((id) => this.is(id))) this.did("edit");
  }
}
