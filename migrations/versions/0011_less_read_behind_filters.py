"""Filters by video read less: each detection knows its video, and the time index of the videos
answers without the table.

Of a thousand detections that a filter lets few through, each had its segment looked up to learn of
which video it is; of ten thousand videos that pass, each row was read.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A change of type writes the table once, without history triggers: no segment changes by it.
UP = r"""
-- In the order in which an ingest takes them, or each waits for the other.
LOCK TABLE videos, segments, detections IN ACCESS EXCLUSIVE MODE;
CREATE FUNCTION video_of_segment(wanted bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT video_id FROM segments WHERE id = wanted
$$;
ALTER TABLE detections ADD COLUMN video_id bigint;
ALTER TABLE detections ALTER COLUMN video_id TYPE bigint USING video_of_segment(segment_id);
ALTER TABLE detections ALTER COLUMN video_id SET NOT NULL;
COMMENT ON COLUMN detections.video_id IS 'of its segment, kept by trigger';

CREATE FUNCTION set_video_of_detection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.video_id := video_of_segment(NEW.segment_id);
    RETURN NEW;
END $$;
CREATE TRIGGER detections_video BEFORE INSERT OR UPDATE OF segment_id, video_id ON detections
    FOR EACH ROW EXECUTE FUNCTION set_video_of_detection();

CREATE FUNCTION refuse_another_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a segment stays in its video' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER segments_stay_in_their_video BEFORE UPDATE OF video_id ON segments
    FOR EACH ROW WHEN (OLD.video_id <> NEW.video_id) EXECUTE FUNCTION refuse_another_video();

-- The segment says of which video it is; snapshots from before say no more either.
CREATE OR REPLACE FUNCTION segment_snapshot(wanted bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(s) - 'text_search' || jsonb_build_object('detections', coalesce((
        SELECT jsonb_agg(to_jsonb(d) - 'id' - 'segment_id' - 'video_id' ORDER BY d.start_ms, d.id)
        FROM detections AS d WHERE d.segment_id = s.id), '[]'))
    FROM segments AS s WHERE s.id = wanted
$$;

DROP INDEX videos_happened_at;
CREATE INDEX videos_happened_at ON videos ((coalesce(recorded_at, added_at)) DESC, id DESC)
    INCLUDE (duration_ms, camera_id, recorded_at, added_at);
"""

DOWN = r"""
LOCK TABLE videos, segments, detections IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER segments_stay_in_their_video ON segments;
DROP FUNCTION refuse_another_video;
DROP INDEX videos_happened_at;
CREATE INDEX videos_happened_at ON videos ((coalesce(recorded_at, added_at)) DESC, id DESC);
CREATE OR REPLACE FUNCTION segment_snapshot(wanted bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(s) - 'text_search' || jsonb_build_object('detections', coalesce((
        SELECT jsonb_agg(to_jsonb(d) - 'id' - 'segment_id' ORDER BY d.start_ms, d.id)
        FROM detections AS d WHERE d.segment_id = s.id), '[]'))
    FROM segments AS s WHERE s.id = wanted
$$;
DROP TRIGGER detections_video ON detections;
DROP FUNCTION set_video_of_detection;
ALTER TABLE detections DROP COLUMN video_id;
DROP FUNCTION video_of_segment;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
