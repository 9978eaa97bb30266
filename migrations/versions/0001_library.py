"""The library: cameras, videos, segments, detections, and the Korean-aware text search.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UP = r"""
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE cameras (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    uri text,
    timezone text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE videos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    path text NOT NULL,
    sha256 text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    title text NOT NULL,
    camera_id bigint REFERENCES cameras,
    fixed_camera boolean,
    recorded_at timestamptz,
    added_at timestamptz NOT NULL DEFAULT now(),
    duration_ms bigint NOT NULL CHECK (duration_ms > 0),
    start_ms bigint NOT NULL,
    fps double precision NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    codec text NOT NULL,
    container text NOT NULL,
    rotation smallint NOT NULL CHECK (rotation IN (0, 90, 180, 270)),
    has_audio boolean NOT NULL,
    browser_playable boolean NOT NULL,
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'processing', 'ready', 'failed')),
    stage text,
    progress real NOT NULL DEFAULT 0,
    error text
);
CREATE INDEX videos_added_at ON videos (added_at DESC, id DESC);

-- One row per finished stage: a retry redoes only what is missing.
CREATE TABLE video_stages (
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    stage text NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT now(),
    took_ms bigint NOT NULL,
    PRIMARY KEY (video_id, stage)
);

-- Postgres has no Korean stemmer; overlapping pairs of syllables find a word inside its particles.
CREATE FUNCTION hangul_bigrams(input text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM regexp_matches(normalize(input, NFKC), '[가-힣]+', 'g') AS found(run)
    CROSS JOIN LATERAL generate_series(1, greatest(length(run[1]) - 1, 1)) AS position
    CROSS JOIN LATERAL substr(run[1], position, 2) AS gram
$$;

CREATE FUNCTION bilingual_tsvector(english text, korean text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT to_tsvector('english'::regconfig, normalize(english || ' ' || korean, NFKC))
        || array_to_tsvector(hangul_bigrams(english || ' ' || korean))
$$;

CREATE TABLE segments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    start_ms bigint NOT NULL CHECK (start_ms >= 0),
    end_ms bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('shot', 'activity', 'quiet', 'manual')),
    caption text NOT NULL DEFAULT '',
    caption_ko text NOT NULL DEFAULT '',
    caption_author text NOT NULL DEFAULT '',
    needs_caption boolean NOT NULL DEFAULT true,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'deleted')),
    revision integer NOT NULL DEFAULT 1,
    thumbnail_ms bigint NOT NULL,
    text_search tsvector NOT NULL
        GENERATED ALWAYS AS (bilingual_tsvector(caption, caption_ko)) STORED,
    CHECK (start_ms < end_ms),
    CHECK (thumbnail_ms >= start_ms AND thumbnail_ms < end_ms),
    -- Deferred, so that a split or a merge may pass through an overlap inside its transaction.
    CONSTRAINT segments_never_overlap EXCLUDE USING gist (
        int8range(video_id, video_id, '[]') WITH &&,
        int8range(start_ms, end_ms) WITH &&
    ) WHERE (state = 'live') DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX segments_of_video ON segments (video_id, start_ms);
CREATE INDEX segments_text_search ON segments USING gin (text_search) WITH (fastupdate = off);

CREATE FUNCTION check_segment_inside_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.end_ms > (SELECT duration_ms FROM videos WHERE id = NEW.video_id) THEN
        RAISE EXCEPTION 'segment ends after its video' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'segments_end_inside_video';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER segments_end_inside_video BEFORE INSERT OR UPDATE OF video_id, end_ms ON segments
    FOR EACH ROW EXECUTE FUNCTION check_segment_inside_video();

CREATE TABLE detections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    segment_id bigint NOT NULL REFERENCES segments ON DELETE CASCADE,
    label text NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    at_ms bigint NOT NULL,
    score real NOT NULL CHECK (score BETWEEN 0 AND 1),
    box_left real NOT NULL,
    box_top real NOT NULL,
    box_width real NOT NULL,
    box_height real NOT NULL,
    attributes jsonb NOT NULL DEFAULT '{}',
    CHECK (start_ms <= at_ms AND at_ms <= end_ms)
);
CREATE INDEX detections_of_segment ON detections (segment_id);
CREATE INDEX detections_upper ON detections ((attributes ->> 'upper'))
    WHERE attributes ->> 'upper' IS NOT NULL;
CREATE INDEX detections_lower ON detections ((attributes ->> 'lower'))
    WHERE attributes ->> 'lower' IS NOT NULL;
"""

DOWN = """
DROP TABLE detections, segments, video_stages, videos, cameras;
DROP FUNCTION check_segment_inside_video, bilingual_tsvector, hangul_bigrams;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
