/** The Revert buttons of the history page. */

import { part } from "./api.js";
import { revert } from "./revert.js";
import { t } from "./strings.js";
import { toast } from "./toast.js";

const holder = document.getElementById("history");
const video = document.getElementById("main").dataset.video;

holder.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-revert]");
  if (!button) return;
  button.disabled = true;
  try {
    if (await revert(Number(button.dataset.revert))) {
      holder.innerHTML = await part(`/parts/videos/${video}/history`);
      toast(t("Reverted"));
    }
  } catch (error) {
    toast(error.message, { bad: true });
  }
  button.disabled = false;
});
