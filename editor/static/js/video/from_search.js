/** A segment opened out of a search: what is done with it there counts for that search. */

import { Following } from "../marks.js";

export function followSearch(search, store, player) {
  if (!search) return null;
  const following = new Following(search);
  // The address is this video's from now on: another segment selected in it is no answer.
  const url = new URL(location.href);
  for (const name of ["q", "rank"]) url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  player.addEventListener("moved", () => {
    if (player.playing && following.is(store.selectedId)) following.did("play");
  });
  store.addEventListener("edited", (event) => following.edited(event.detail.touched));
  return following;
}
