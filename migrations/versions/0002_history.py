"""History by trigger: no statement changes a segment or its detections without a version.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE change_sets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('ingest', 'create', 'caption', 'trim', 'split', 'merge',
        'delete', 'restore', 'revert')),
    actor text NOT NULL CHECK (actor <> ''),
    origin text NOT NULL CHECK (origin IN ('pipeline', 'web', 'slack', 'api')),
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    reverts bigint REFERENCES change_sets,
    reverted_by bigint REFERENCES change_sets,
    idempotency_key text UNIQUE,
    CHECK ((kind = 'revert') = (reverts IS NOT NULL))
);
CREATE INDEX change_sets_of_video ON change_sets (video_id, id DESC);

-- The segment with its detections as it was when the change set committed.
CREATE TABLE segment_versions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    segment_id bigint NOT NULL,
    change_set_id bigint NOT NULL REFERENCES change_sets ON DELETE CASCADE,
    snapshot jsonb,
    UNIQUE (segment_id, change_set_id)
);
CREATE INDEX segment_versions_of_change_set ON segment_versions (change_set_id);

CREATE FUNCTION segment_snapshot(wanted bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(s) - 'text_search' || jsonb_build_object('detections', coalesce((
        SELECT jsonb_agg(to_jsonb(d) - 'id' - 'segment_id' ORDER BY d.start_ms, d.id)
        FROM detections AS d WHERE d.segment_id = s.id), '[]'))
    FROM segments AS s WHERE s.id = wanted
$$;

CREATE FUNCTION current_change_set() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    setting text := current_setting('clipops.change_set', true);
BEGIN
    IF coalesce(setting, '') = '' THEN
        RAISE EXCEPTION 'segments change only inside a change set'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN setting::bigint;
END $$;

CREATE FUNCTION next_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER segments_next_revision BEFORE UPDATE ON segments
    FOR EACH ROW EXECUTE FUNCTION next_revision();

-- Runs at commit: one version per segment and change set, however many rows the change touched.
CREATE FUNCTION write_segment_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
    change_set bigint := current_change_set();
BEGIN
    IF TG_TABLE_NAME = 'segments' THEN
        touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
    ELSE
        touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.segment_id ELSE NEW.segment_id END;
        IF TG_OP = 'UPDATE' AND OLD.segment_id <> NEW.segment_id THEN
            RAISE EXCEPTION 'a detection stays with its segment';
        END IF;
        IF EXISTS (SELECT FROM segment_versions
                   WHERE segment_id = touched AND change_set_id = change_set) THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO segment_versions (segment_id, change_set_id, snapshot)
    VALUES (touched, change_set, segment_snapshot(touched))
    ON CONFLICT (segment_id, change_set_id) DO UPDATE SET snapshot = EXCLUDED.snapshot;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER segments_history AFTER INSERT OR UPDATE OR DELETE ON segments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION write_segment_version();
CREATE CONSTRAINT TRIGGER detections_history AFTER INSERT OR UPDATE OR DELETE ON detections
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION write_segment_version();

CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND OLD.change_set_id::text = current_setting('clipops.change_set', true) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'history is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave no history'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER segments_are_not_truncated BEFORE TRUNCATE ON segments
    EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER detections_are_not_truncated BEFORE TRUNCATE ON detections
    EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER segment_versions_are_not_truncated BEFORE TRUNCATE ON segment_versions
    EXECUTE FUNCTION refuse_truncate();

-- Of an operation only whether it was reverted may change.
CREATE FUNCTION keep_change_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'reverted_by' IS DISTINCT FROM to_jsonb(OLD) - 'reverted_by' THEN
        RAISE EXCEPTION 'history is never rewritten'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_sets_are_kept BEFORE UPDATE ON change_sets
    FOR EACH ROW EXECUTE FUNCTION keep_change_set();
CREATE TRIGGER segment_versions_are_kept BEFORE UPDATE OR DELETE ON segment_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
"""

DOWN = """
DROP TRIGGER segments_are_not_truncated ON segments;
DROP TRIGGER detections_are_not_truncated ON detections;
DROP TRIGGER segments_history ON segments;
DROP TRIGGER segments_next_revision ON segments;
DROP TRIGGER detections_history ON detections;
DROP TABLE segment_versions, change_sets;
DROP FUNCTION refuse_history_change, refuse_truncate, keep_change_set,
    write_segment_version, next_revision, current_change_set,
    segment_snapshot;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
