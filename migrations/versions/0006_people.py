"""People: groups and members, one gallery per face model, appearances in videos, decisions people
made about them, and the history of all that by trigger.

What a person decides or the pipeline founds (people, gallery faces, decisions) is the truth and
has history; whose face an appearance shows is worked out from it and can be worked out again.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE face_models (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model text NOT NULL,
    revision text NOT NULL,
    dim integer NOT NULL CHECK (dim BETWEEN 1 AND 2000),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (model, revision)
);

CREATE TABLE groups (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (name <> '')
);
CREATE UNIQUE INDEX groups_name ON groups (lower(name));

-- Without a name: somebody seen whom nobody has named yet. root_id is kept by trigger: who this is
-- when everything merged is followed.
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id bigint REFERENCES groups,
    name text CHECK (name <> ''),
    merged_into bigint REFERENCES people DEFERRABLE INITIALLY DEFERRED,
    root_id bigint NOT NULL REFERENCES people DEFERRABLE INITIALLY DEFERRED,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'removed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((name IS NULL) = (group_id IS NULL)),
    CHECK (merged_into <> id)
);
CREATE UNIQUE INDEX people_name ON people (group_id, lower(name)) WHERE state = 'live';
CREATE INDEX people_root ON people (root_id);
CREATE INDEX people_merged_into ON people (merged_into) WHERE merged_into IS NOT NULL;

-- One face track: it belongs to a stretch of a video, not to a segment. "current" is false for
-- tracks of a model that another one replaced on this video.
CREATE TABLE appearances (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    model_id bigint NOT NULL REFERENCES face_models,
    current boolean NOT NULL DEFAULT true,
    start_ms bigint NOT NULL CHECK (start_ms >= 0),
    end_ms bigint NOT NULL,
    at_ms bigint NOT NULL,
    box_left real NOT NULL,
    box_top real NOT NULL,
    box_width real NOT NULL,
    box_height real NOT NULL,
    size_px real NOT NULL CHECK (size_px > 0),
    faces integer NOT NULL CHECK (faces > 0),
    embedding vector NOT NULL,
    decision text NOT NULL DEFAULT 'auto' CHECK (decision IN ('auto', 'manual')),
    person_id bigint REFERENCES people,
    group_id bigint REFERENCES groups,
    cosine real,
    candidate_id bigint REFERENCES people ON DELETE SET NULL,
    candidate_cosine real,
    second_id bigint REFERENCES people ON DELETE SET NULL,
    second_cosine real,
    CHECK (start_ms <= at_ms AND at_ms < end_ms),
    CHECK (decision = 'auto' OR person_id IS NOT NULL),
    CHECK (group_id IS NULL OR person_id IS NULL)
);
CREATE INDEX appearances_of_video ON appearances (video_id, start_ms);
CREATE INDEX appearances_of_person ON appearances (person_id);
CREATE INDEX appearances_of_group ON appearances (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX appearances_undecided ON appearances (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX appearances_undecided_second ON appearances (second_id) WHERE second_id IS NOT NULL;
CREATE INDEX appearances_of_model ON appearances (model_id, id);

-- "This is / is not that person": found again by video, time, place and face after a re-ingest.
CREATE TABLE face_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    model_id bigint NOT NULL REFERENCES face_models,
    person_id bigint NOT NULL REFERENCES people,
    verdict text NOT NULL CHECK (verdict IN ('is', 'is not')),
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'removed')),
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    at_ms bigint NOT NULL,
    box_left real NOT NULL,
    box_top real NOT NULL,
    box_width real NOT NULL,
    box_height real NOT NULL,
    embedding vector NOT NULL,
    appearance_id bigint REFERENCES appearances ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX face_decisions_of_video ON face_decisions (video_id);
CREATE INDEX face_decisions_of_person ON face_decisions (person_id, verdict);
CREATE INDEX face_decisions_of_appearance ON face_decisions (appearance_id);
CREATE UNIQUE INDEX one_person_per_appearance ON face_decisions (appearance_id)
    WHERE verdict = 'is' AND state = 'live';

-- What faces are compared with. Named people and unknown ones are searched apart, or thousands of
-- unknown faces would crowd a named one out of the nearest; "known" is kept by trigger.
CREATE TABLE gallery_faces (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id bigint NOT NULL REFERENCES face_models,
    person_id bigint NOT NULL REFERENCES people,
    kind text NOT NULL CHECK (kind IN ('enrolled', 'founding', 'confirmed')),
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'removed')),
    known boolean NOT NULL,
    decision_id bigint REFERENCES face_decisions,
    picture_sha256 text,
    source text NOT NULL DEFAULT '',
    size_px real NOT NULL,
    embedding vector NOT NULL,
    has_crop boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'enrolled') = (picture_sha256 IS NOT NULL)),
    CHECK ((kind = 'confirmed') = (decision_id IS NOT NULL))
);
CREATE INDEX gallery_faces_of_person ON gallery_faces (person_id);
CREATE INDEX gallery_faces_of_decision ON gallery_faces (decision_id)
    WHERE decision_id IS NOT NULL;
CREATE UNIQUE INDEX one_enrolment_per_picture ON gallery_faces (model_id, picture_sha256)
    WHERE kind = 'enrolled' AND state = 'live';

CREATE TABLE people_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('ingest', 'enrol', 'name', 'rename', 'merge', 'unmerge',
        'assign', 'reject', 'forget', 'undo')),
    actor text NOT NULL CHECK (actor <> ''),
    origin text NOT NULL CHECK (origin IN ('pipeline', 'web', 'slack', 'api')),
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    reverts bigint REFERENCES people_changes,
    reverted_by bigint REFERENCES people_changes,
    idempotency_key text UNIQUE,
    appearances integer NOT NULL DEFAULT 0,
    segments integer NOT NULL DEFAULT 0,
    CHECK ((kind = 'undo') = (reverts IS NOT NULL))
);

-- A row as it was before and after a change, without vectors: those stay with their row, which is
-- marked removed and not deleted until somebody is forgotten.
CREATE TABLE people_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change_id bigint NOT NULL REFERENCES people_changes,
    item text NOT NULL CHECK (item IN ('person', 'gallery_face', 'decision')),
    item_id bigint NOT NULL,
    before jsonb,
    after jsonb,
    UNIQUE (change_id, item, item_id)
);
CREATE INDEX people_history_of_item ON people_history (item, item_id, change_id);

-- What was forgotten, as kinds and numbers; never a name, a face or a vector.
CREATE TABLE forget_receipts (
    id text PRIMARY KEY,
    change_id bigint NOT NULL UNIQUE REFERENCES people_changes,
    removed jsonb NOT NULL,
    left_captions bigint[] NOT NULL
);

CREATE FUNCTION place_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into IS NULL THEN
        NEW.root_id := NEW.id;
        RETURN NEW;
    END IF;
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.merged_into AS id
            UNION
            SELECT p.merged_into FROM people AS p JOIN above USING (id)
            WHERE p.merged_into IS NOT NULL
        )
        SELECT FROM above WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'people would be merged in a circle' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'people_never_circle';
    END IF;
    NEW.root_id := (SELECT root_id FROM people WHERE id = NEW.merged_into);
    RETURN NEW;
END $$;
CREATE TRIGGER people_place BEFORE INSERT OR UPDATE OF merged_into ON people
    FOR EACH ROW EXECUTE FUNCTION place_person();

CREATE FUNCTION move_merged_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH RECURSIVE below AS (
        SELECT NEW.id AS id
        UNION ALL
        SELECT p.id FROM people AS p JOIN below ON p.merged_into = below.id
    )
    UPDATE people AS p SET root_id = NEW.root_id FROM below
    WHERE p.id = below.id AND p.root_id <> NEW.root_id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_move_merged AFTER UPDATE OF merged_into ON people FOR EACH ROW
    WHEN (OLD.merged_into IS DISTINCT FROM NEW.merged_into)
    EXECUTE FUNCTION move_merged_people();

CREATE FUNCTION is_known(wanted bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT r.name IS NOT NULL FROM people AS p JOIN people AS r ON r.id = p.root_id
    WHERE p.id = wanted
$$;

CREATE FUNCTION refresh_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_faces AS f SET known = is_known(p.id) FROM people AS p
    WHERE f.person_id = p.id AND (p.id = NEW.id OR p.root_id = NEW.id)
        AND f.known <> is_known(p.id);
    RETURN NULL;
END $$;
CREATE TRIGGER people_refresh_known AFTER UPDATE ON people FOR EACH ROW
    WHEN (OLD.root_id <> NEW.root_id OR (OLD.name IS NULL) <> (NEW.name IS NULL))
    EXECUTE FUNCTION refresh_known();

CREATE FUNCTION set_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.known := is_known(NEW.person_id);
    RETURN NEW;
END $$;
CREATE TRIGGER gallery_faces_known BEFORE INSERT OR UPDATE OF person_id ON gallery_faces
    FOR EACH ROW EXECUTE FUNCTION set_known();

CREATE FUNCTION current_people_change() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    setting text := current_setting('clipops.people_change', true);
BEGIN
    IF coalesce(setting, '') = '' THEN
        RAISE EXCEPTION 'people change only inside an operation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN setting::bigint;
END $$;

CREATE FUNCTION forgetting() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('clipops.people_forget', true), '') = 'on'
$$;

CREATE FUNCTION write_people_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unrecorded text[] := '{root_id,known,embedding,appearance_id}';
    old_row jsonb := to_jsonb(OLD) - unrecorded;
    new_row jsonb := to_jsonb(NEW) - unrecorded;
    change bigint;
BEGIN
    IF old_row IS NOT DISTINCT FROM new_row OR (TG_OP = 'DELETE' AND forgetting()) THEN
        RETURN NULL;
    END IF;
    change := current_people_change();
    INSERT INTO people_history (change_id, item, item_id, before, after)
    VALUES (change, TG_ARGV[0], (coalesce(new_row, old_row) ->> 'id')::bigint, old_row, new_row)
    ON CONFLICT (change_id, item, item_id) DO UPDATE SET after = EXCLUDED.after;
    RETURN NULL;
END $$;
CREATE TRIGGER people_history AFTER INSERT OR UPDATE OR DELETE ON people
    FOR EACH ROW EXECUTE FUNCTION write_people_history('person');
CREATE TRIGGER gallery_faces_history AFTER INSERT OR UPDATE OR DELETE ON gallery_faces
    FOR EACH ROW EXECUTE FUNCTION write_people_history('gallery_face');
CREATE TRIGGER face_decisions_history AFTER INSERT OR UPDATE OR DELETE ON face_decisions
    FOR EACH ROW EXECUTE FUNCTION write_people_history('decision');

-- History is written once; only forgetting somebody removes what it says of them.
CREATE FUNCTION keep_people_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF forgetting() OR (TG_OP = 'UPDATE'
        AND OLD.change_id::text = current_setting('clipops.people_change', true)) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'history is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER people_history_is_kept BEFORE UPDATE OR DELETE ON people_history
    FOR EACH ROW EXECUTE FUNCTION keep_people_history();

CREATE FUNCTION keep_people_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := '{reverted_by}';
BEGIN
    IF NEW.id::text = current_setting('clipops.people_change', true) THEN
        open := open || '{appearances,segments}';
    END IF;
    IF forgetting() THEN
        open := open || '{reason}';
    END IF;
    IF to_jsonb(NEW) - open IS DISTINCT FROM to_jsonb(OLD) - open THEN
        RAISE EXCEPTION 'history is never rewritten'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_changes_are_kept BEFORE UPDATE ON people_changes
    FOR EACH ROW EXECUTE FUNCTION keep_people_change();

CREATE FUNCTION refuse_people_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave no history'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER people_are_not_truncated BEFORE TRUNCATE ON people
    EXECUTE FUNCTION refuse_people_truncate();
CREATE TRIGGER gallery_faces_are_not_truncated BEFORE TRUNCATE ON gallery_faces
    EXECUTE FUNCTION refuse_people_truncate();
CREATE TRIGGER face_decisions_are_not_truncated BEFORE TRUNCATE ON face_decisions
    EXECUTE FUNCTION refuse_people_truncate();
CREATE TRIGGER people_history_is_not_truncated BEFORE TRUNCATE ON people_history
    EXECUTE FUNCTION refuse_people_truncate();

-- Who an appearance shows, with everything merged followed: a person, a group only, or nobody.
CREATE VIEW appearance_labels AS
    SELECT a.id, a.video_id, a.start_ms, a.end_ms, a.current, r.id AS root_id,
        coalesce(r.group_id, a.group_id) AS group_id, g.name AS group_name, r.name
    FROM appearances AS a
    LEFT JOIN people AS p ON p.id = a.person_id
    LEFT JOIN people AS r ON r.id = p.root_id
    LEFT JOIN groups AS g ON g.id = coalesce(r.group_id, a.group_id);

-- The same with everything a page shows of it, the people it may be instead included.
CREATE VIEW appearance_details AS
    SELECT a.id, a.video_id, a.model_id, a.current, a.start_ms, a.end_ms, a.at_ms, a.box_left,
        a.box_top, a.box_width, a.box_height, a.size_px, a.faces, a.decision, a.cosine,
        r.id AS person_id, r.name AS person_name, r.state AS person_state,
        rg.name AS person_group, ag.name AS group_name,
        c.id AS candidate_id, c.name AS candidate_name, cg.name AS candidate_group,
        a.candidate_cosine, s.id AS second_id, s.name AS second_name, sg.name AS second_group,
        a.second_cosine
    FROM appearances AS a
    LEFT JOIN people AS p ON p.id = a.person_id
    LEFT JOIN people AS r ON r.id = p.root_id
    LEFT JOIN groups AS rg ON rg.id = r.group_id
    LEFT JOIN groups AS ag ON ag.id = a.group_id
    LEFT JOIN people AS cp ON cp.id = a.candidate_id
    LEFT JOIN people AS c ON c.id = cp.root_id
    LEFT JOIN groups AS cg ON cg.id = c.group_id
    LEFT JOIN people AS sp ON sp.id = a.second_id
    LEFT JOIN people AS s ON s.id = sp.root_id
    LEFT JOIN groups AS sg ON sg.id = s.group_id;
"""

DOWN = """
DROP VIEW appearance_details, appearance_labels;
DROP TABLE forget_receipts, people_history, people_changes, gallery_faces, face_decisions,
    appearances, people, groups, face_models;
DROP FUNCTION place_person, move_merged_people, is_known, refresh_known, set_known,
    current_people_change, forgetting, write_people_history, keep_people_history,
    keep_people_change, refuse_people_truncate;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
