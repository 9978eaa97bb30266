/** Searching by picture: chosen or dropped, sent at once, shown above what is like it. */

import { bindDropping } from "../dropping.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

const MOST_BYTES = 20 * 1024 * 1024;
const SHOWN_HEIGHT = 81;

export function bindPicture(finding) {
  let picture = null;

  document.addEventListener("change", (event) => {
    if (event.target.closest("#picture-form") && event.target.files?.length) take(event.target.files);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "picture-form") return;
    event.preventDefault();
    take(event.target.elements.picture.files);
  });
  bindDropping(take);
  finding.addEventListener("shown", show);

  function take(files) {
    picture = files[0] ?? null;
    if (!picture) return toast(t("Choose a picture first."), { bad: true });
    if (picture.size > MOST_BYTES) {
      return toast(t("A picture can have at most 20 MB; choose a smaller one."), { bad: true });
    }
    const body = new FormData();
    body.set("picture", picture);
    return finding.send("/search/picture", body);
  }

  /** Drawn, not linked: the policy of the page lets pictures come from the editor only. */
  async function show() {
    const canvas = document.querySelector("[data-slot=picture]");
    if (!canvas || !picture) return;
    const drawn = await createImageBitmap(picture).catch(() => null);
    if (!drawn) return;
    const scale = SHOWN_HEIGHT / drawn.height;
    const sharp = window.devicePixelRatio;
    canvas.width = Math.round(drawn.width * scale * sharp);
    canvas.height = Math.round(SHOWN_HEIGHT * sharp);
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  }
}
