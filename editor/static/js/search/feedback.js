/** Marks on the answers: fits or not by button (pressed again takes it back), opened by click. */

import { ApiError, post } from "../api.js";
import { sendMark } from "../marks.js";
import { toast } from "../toast.js";

export function bindFeedback() {
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.mark) return;
    event.preventDefault();
    toggle(event.target);
  });
  for (const kind of ["click", "auxclick"]) document.addEventListener(kind, opened);
}

async function toggle(form) {
  const { query, segment_id, rank } = form.elements;
  const mark = {
    query: query.value,
    segment_id: Number(segment_id.value),
    rank: rank ? Number(rank.value) : null,
    kind: form.dataset.mark,
    on: form.querySelector("button").getAttribute("aria-pressed") !== "true",
  };
  try {
    const { marks } = await post("/api/marks", mark);
    show(form.closest("[data-segment]"), marks);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, { bad: true });
  }
}

function show(hit, marks) {
  for (const form of hit.querySelectorAll("[data-mark]")) {
    const on = marks.includes(form.dataset.mark);
    form.querySelector("button").setAttribute("aria-pressed", String(on));
    form.elements.on.value = String(!on);
  }
}

/** Left or middle button; the way to what is similar is no answer. */
function opened(event) {
  const link = event.target.closest("a.hit-link");
  const { query } = document.getElementById("main").dataset;
  if (!link || !query || event.button > 1) return;
  const { segment, rank } = link.closest("[data-segment]").dataset;
  sendMark({ query, segment_id: Number(segment), rank: rank ? Number(rank) : null, kind: "click" });
}
