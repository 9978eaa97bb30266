/** Takes one operation back, asking first where newer ones depend on it. */

import { post } from "./api.js";
import { askTogether } from "./dialogs.js";

/** Resolves to the new timeline, or null when the person left it as it was. */
export async function revert(changeSetId) {
  const path = `/api/change-sets/${changeSetId}/revert`;
  try {
    return await post(path, {});
  } catch (error) {
    if (!error.body?.dependents) throw error;
    const together = await askTogether(error.message, error.body.dependents);
    return together ? post(path, { with_dependents: true }) : null;
  }
}
