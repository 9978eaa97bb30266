/** What can be said about people: each asks or does it at once, and offers the way back. */

import { post } from "../api.js";
import { t } from "../strings.js";

/** Ask who an unknown person is, or for another name of a known one. */
export function askName(dialog, person, done) {
  const verb = person.name ? "rename" : "name";
  dialog.open({
    title: person.name ? t("Rename {name}", { name: person.words }) : t("Who is {name}?", { name: person.words }),
    hint: person.name ? "" : t("Somebody known can be picked: the two become one person."),
    face: person.face,
    group: person.group ?? "",
    name: person.name ?? "",
    except: person.id,
    send: ({ group, name }, preview) =>
      post(`/api/people/${person.id}/${verb}`, { group, name, preview, expected_version: person.version }),
    done,
  });
}

/** Ask whom a person is one with. */
export function askMerge(dialog, person, done) {
  dialog.open({
    title: t("Merge {name} into…", { name: person.words }),
    hint: t("Both keep their faces and decisions; Un-merge restores exactly what was."),
    face: person.face,
    names: false,
    except: person.id,
    // Somebody with a name is not taken in by somebody without.
    strangers: !person.name,
    send: ({ person: into }, preview) =>
      post(`/api/people/${person.id}/merge`, {
        preview,
        expected_version: person.version,
        into_id: into.id,
        into_version: into.version,
      }),
    done,
  });
}

/** Ask whose face an appearance shows. */
export function askAssign(dialog, appearance, done) {
  dialog.open({
    title: t("Who is this?"),
    hint: t("What you say holds for this face and outlives another ingest of the video."),
    face: appearance.face,
    send: ({ group, name }, preview) =>
      post(`/api/appearances/${appearance.id}/assign`, {
        group,
        name,
        preview,
        expected_version: appearance.version,
      }),
    done,
  });
}

/** One of the two people an appearance may be. */
export const decide = (appearance, personId) =>
  post(`/api/appearances/${appearance.id}/assign`, {
    person_id: personId,
    expected_version: appearance.version,
  });

/** Not the person it shows now. */
export const reject = (appearance) =>
  post(`/api/appearances/${appearance.id}/reject`, { expected_version: appearance.version });

export const unmerge = (personId, version) =>
  post(`/api/people/${personId}/unmerge`, { expected_version: version });

export const undo = (changeId) => post(`/api/people-changes/${changeId}/undo`, {});

export const undoLast = () => post("/api/people-changes/undo", {});

export const redoLast = () => post("/api/people-changes/redo", {});
