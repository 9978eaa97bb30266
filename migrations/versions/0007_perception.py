"""What models add: stages that failed, captions on trial, vectors that follow what they show.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = r"""
-- A stage that could not be done while the rest of the video could: to be tried again. "begun"
-- counts the times in a row that it was begun and neither ended nor failed: the model took the
-- whole process down.
CREATE TABLE stage_failures (
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    stage text NOT NULL,
    error text NOT NULL,
    begun integer NOT NULL DEFAULT 0,
    failed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (video_id, stage)
);

-- Captions a model proposes, shown beside the present ones until somebody takes or drops them.
CREATE TABLE caption_drafts (
    segment_id bigint PRIMARY KEY REFERENCES segments ON DELETE CASCADE,
    revision integer NOT NULL,
    caption text NOT NULL CHECK (caption <> ''),
    caption_ko text NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    made_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE change_sets DROP CONSTRAINT change_sets_kind_check;
ALTER TABLE change_sets ADD CONSTRAINT change_sets_kind_check CHECK (kind IN ('ingest', 'create',
    'caption', 'trim', 'split', 'merge', 'delete', 'restore', 'revert', 'recaption', 'clothes'));

CREATE INDEX detections_label ON detections (label, score DESC, id);

-- Vectors of words go with the words, vectors of pictures with the stretch they show.
DROP TRIGGER segments_drop_stale_vectors ON segments;
CREATE OR REPLACE FUNCTION drop_stale_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM segment_vectors AS v USING embedding_spaces AS e
    WHERE v.segment_id = NEW.id AND e.id = v.space_id AND (
        NEW.state = 'deleted'
        OR e.kind = 'caption' AND (OLD.caption IS DISTINCT FROM NEW.caption
            OR OLD.caption_ko IS DISTINCT FROM NEW.caption_ko)
        OR e.kind = 'video' AND (OLD.start_ms, OLD.end_ms) <> (NEW.start_ms, NEW.end_ms));
    RETURN NULL;
END $$;
CREATE TRIGGER segments_drop_stale_vectors AFTER UPDATE ON segments FOR EACH ROW
    WHEN (OLD.caption IS DISTINCT FROM NEW.caption
        OR OLD.caption_ko IS DISTINCT FROM NEW.caption_ko
        OR (OLD.start_ms, OLD.end_ms) <> (NEW.start_ms, NEW.end_ms)
        OR NEW.state = 'deleted')
    EXECUTE FUNCTION drop_stale_vectors();
"""

DOWN = r"""
DROP TRIGGER segments_drop_stale_vectors ON segments;
CREATE OR REPLACE FUNCTION drop_stale_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM segment_vectors WHERE segment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER segments_drop_stale_vectors AFTER UPDATE ON segments FOR EACH ROW
    WHEN (OLD.caption IS DISTINCT FROM NEW.caption
        OR OLD.caption_ko IS DISTINCT FROM NEW.caption_ko
        OR NEW.state = 'deleted')
    EXECUTE FUNCTION drop_stale_vectors();
DROP INDEX detections_label;
-- The history keeps its operations; older code calls one that wrote captions 'caption'.
ALTER TABLE change_sets DISABLE TRIGGER change_sets_are_kept;
UPDATE change_sets SET kind = 'caption' WHERE kind IN ('recaption', 'clothes');
ALTER TABLE change_sets ENABLE TRIGGER change_sets_are_kept;
ALTER TABLE change_sets DROP CONSTRAINT change_sets_kind_check;
ALTER TABLE change_sets ADD CONSTRAINT change_sets_kind_check CHECK (kind IN ('ingest', 'create',
    'caption', 'trim', 'split', 'merge', 'delete', 'restore', 'revert'));
DROP TABLE caption_drafts, stage_failures;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
