"""One vector per distinct content of a space, linked from the segments that share it; how a space
is indexed and compared; what its searches are calibrated by; the time a moment happened.

Thousands of segments with one caption had thousands of equal vectors: islands in the graph of the
index that a search could not leave.

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Equal captions have equal vectors, so the first stands for all.
MOVE = r"""
ALTER TABLE embedding_spaces
    ADD COLUMN distance text NOT NULL DEFAULT 'cosine'
        CHECK (distance IN ('cosine', 'inner product', 'l2')),
    ADD COLUMN index_kind text NOT NULL DEFAULT 'halfvec'
        CHECK (index_kind IN ('vector', 'halfvec', 'bit')),
    ADD COLUMN held_back text NOT NULL DEFAULT '';
COMMENT ON COLUMN embedding_spaces.held_back IS 'why a complete space was not switched to';
-- A full vector is indexed up to 2,000 dimensions, one of half precision up to 4,000.
ALTER TABLE embedding_spaces DROP CONSTRAINT embedding_spaces_dim_check,
    ADD CONSTRAINT embedding_spaces_dim_check
        CHECK (dim BETWEEN 1 AND CASE index_kind WHEN 'vector' THEN 2000 ELSE 4000 END);

CREATE TABLE vectors (
    space_id bigint NOT NULL REFERENCES embedding_spaces,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key uuid NOT NULL,
    embedding vector NOT NULL,
    PRIMARY KEY (space_id, id),
    UNIQUE (space_id, key)
) PARTITION BY LIST (space_id);

-- What a vector is made from: the words of a segment, or the stretch of video it shows.
CREATE FUNCTION segment_document(caption text, caption_ko text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN caption <> '' THEN caption ELSE caption_ko END
$$;
CREATE FUNCTION vector_key(kind text, s segments) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(CASE kind WHEN 'video' THEN concat(s.video_id, ':', s.start_ms, '-', s.end_ms)
        ELSE segment_document(s.caption, s.caption_ko) END)::uuid
$$;

ALTER TABLE segment_vectors RENAME TO old_vectors;
ALTER TABLE old_vectors RENAME CONSTRAINT segment_vectors_pkey TO old_vectors_pkey;
ALTER INDEX segment_vectors_segment RENAME TO old_vectors_segment;
CREATE TABLE segment_vectors (
    space_id bigint NOT NULL REFERENCES embedding_spaces,
    segment_id bigint NOT NULL REFERENCES segments ON DELETE CASCADE,
    vector_id bigint NOT NULL,
    video_id bigint NOT NULL,
    signs bit varying NOT NULL,
    PRIMARY KEY (space_id, segment_id)
);
COMMENT ON COLUMN segment_vectors.signs IS
    'of each number of the vector: what passes a filter by video is compared by these first';
DO $$
DECLARE
    space record;
BEGIN
    FOR space IN SELECT id, kind, dim FROM embedding_spaces LOOP
        EXECUTE format('CREATE TABLE vectors_%1$s PARTITION OF vectors FOR VALUES IN (%1$s)',
            space.id);
        EXECUTE format('ALTER TABLE vectors_%1$s ADD CHECK (vector_dims(embedding) = %2$s)',
            space.id, space.dim);
        INSERT INTO vectors (space_id, key, embedding)
        SELECT DISTINCT ON (vector_key(space.kind, s)) space.id, vector_key(space.kind, s),
            o.embedding
        FROM old_vectors AS o JOIN segments AS s ON s.id = o.segment_id
        WHERE o.space_id = space.id ORDER BY vector_key(space.kind, s), s.id;
        INSERT INTO segment_vectors (space_id, segment_id, vector_id, video_id, signs)
        SELECT space.id, s.id, v.id, s.video_id, binary_quantize(v.embedding)
        FROM old_vectors AS o JOIN segments AS s ON s.id = o.segment_id
            JOIN vectors AS v ON v.space_id = space.id AND v.key = vector_key(space.kind, s)
        WHERE o.space_id = space.id;
        EXECUTE format('CREATE INDEX vectors_%1$s_hnsw ON vectors_%1$s USING hnsw '
            '((embedding::halfvec(%2$s)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)',
            space.id, space.dim);
    END LOOP;
END $$;
DROP TABLE old_vectors;
ALTER TABLE segment_vectors ADD FOREIGN KEY (space_id, vector_id) REFERENCES vectors (space_id, id);
CREATE INDEX segment_vectors_vector
    ON segment_vectors (space_id, vector_id, segment_id) INCLUDE (video_id);
CREATE INDEX segment_vectors_video ON segment_vectors (space_id, video_id);
CREATE INDEX segment_vectors_segment ON segment_vectors (segment_id);
"""

UP = r"""
-- A segment whose content changed has no vector until one of its new content is there; where
-- another segment has it, that one serves at once.
DROP TRIGGER segments_drop_stale_vectors ON segments;
DROP FUNCTION drop_stale_vectors;
CREATE FUNCTION link_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- db/sql/spaces.sql: sweep takes it exclusively
    PERFORM pg_advisory_xact_lock_shared(7253009);
    DELETE FROM segment_vectors AS l USING embedding_spaces AS e, vectors AS v
    WHERE l.segment_id = NEW.id AND e.id = l.space_id
        AND v.space_id = l.space_id AND v.id = l.vector_id
        AND (NEW.state = 'deleted' OR v.key <> vector_key(e.kind, NEW));
    INSERT INTO segment_vectors (space_id, segment_id, vector_id, video_id, signs)
    SELECT e.id, NEW.id, v.id, NEW.video_id, binary_quantize(v.embedding)
    FROM embedding_spaces AS e
        JOIN vectors AS v ON v.space_id = e.id AND v.key = vector_key(e.kind, NEW)
    WHERE NEW.state = 'live' AND e.state <> 'retired'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER segments_link_vectors AFTER INSERT ON segments FOR EACH ROW
    EXECUTE FUNCTION link_vectors();
CREATE TRIGGER segments_relink_vectors AFTER UPDATE ON segments FOR EACH ROW
    WHEN ((OLD.caption, OLD.caption_ko, OLD.start_ms, OLD.end_ms, OLD.state)
        IS DISTINCT FROM (NEW.caption, NEW.caption_ko, NEW.start_ms, NEW.end_ms, NEW.state))
    EXECUTE FUNCTION link_vectors();

-- How near a space brings what is not there at all: searches take nothing from farther away.
CREATE TABLE space_calibrations (
    space_id bigint PRIMARY KEY REFERENCES embedding_spaces ON DELETE CASCADE,
    cohort vector[] NOT NULL,
    cut real NOT NULL,
    spread real NOT NULL,
    vectors bigint NOT NULL,
    method text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- When a moment happened: filters and orders by time start here.
CREATE INDEX videos_happened_at ON videos ((coalesce(recorded_at, added_at)) DESC, id DESC);
CREATE INDEX videos_duration ON videos (duration_ms DESC);
CREATE INDEX videos_of_camera ON videos (camera_id) WHERE camera_id IS NOT NULL;
CREATE INDEX segments_duration ON segments ((end_ms - start_ms) DESC, id) WHERE state = 'live';
"""

DOWN = r"""
DROP INDEX videos_happened_at, videos_duration, videos_of_camera, segments_duration;
DROP TABLE space_calibrations;
DROP TRIGGER segments_link_vectors ON segments;
DROP TRIGGER segments_relink_vectors ON segments;
DROP FUNCTION link_vectors;

ALTER TABLE segment_vectors RENAME TO vector_links;
ALTER TABLE vector_links RENAME CONSTRAINT segment_vectors_pkey TO vector_links_pkey;
ALTER INDEX segment_vectors_segment RENAME TO vector_links_segment;
CREATE TABLE segment_vectors (
    space_id bigint NOT NULL REFERENCES embedding_spaces,
    segment_id bigint NOT NULL REFERENCES segments ON DELETE CASCADE,
    embedding vector NOT NULL,
    PRIMARY KEY (space_id, segment_id)
) PARTITION BY LIST (space_id);
DO $$
DECLARE
    space record;
BEGIN
    -- The indexes of that revision know no more than 2,000 dimensions.
    DELETE FROM vector_links USING embedding_spaces AS e WHERE e.id = space_id AND e.dim > 2000;
    FOR space IN SELECT id, dim FROM embedding_spaces WHERE dim <= 2000 LOOP
        EXECUTE format('CREATE TABLE segment_vectors_%1$s PARTITION OF segment_vectors '
            'FOR VALUES IN (%1$s)', space.id);
        EXECUTE format('ALTER TABLE segment_vectors_%1$s '
            'ADD CHECK (vector_dims(embedding) = %2$s)', space.id, space.dim);
        INSERT INTO segment_vectors (space_id, segment_id, embedding)
        SELECT l.space_id, l.segment_id, v.embedding
        FROM vector_links AS l JOIN vectors AS v ON v.space_id = l.space_id AND v.id = l.vector_id
        WHERE l.space_id = space.id;
        EXECUTE format('CREATE INDEX segment_vectors_%1$s_hnsw ON segment_vectors_%1$s '
            'USING hnsw ((embedding::vector(%2$s)) vector_cosine_ops)', space.id, space.dim);
    END LOOP;
END $$;
DROP TABLE vector_links, vectors;
DELETE FROM embedding_spaces WHERE dim > 2000;
DROP FUNCTION vector_key, segment_document;
CREATE INDEX segment_vectors_segment ON segment_vectors (segment_id);
ALTER TABLE embedding_spaces DROP COLUMN distance, DROP COLUMN index_kind, DROP COLUMN held_back,
    ADD CONSTRAINT embedding_spaces_dim_check CHECK (dim BETWEEN 1 AND 2000);

CREATE FUNCTION drop_stale_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
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


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(MOVE)
    cursor.execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
