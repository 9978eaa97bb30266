"""Keep what people do with the answers of a search.

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UP = r"""
-- A mark is on a stretch of a video: segments are split, merged and trimmed, and a segment that is
-- gone leaves the mark without its number. Only with the video does it go.
CREATE TABLE search_feedback (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    query text NOT NULL CHECK (query <> '' AND length(query) <= 500),
    language text NOT NULL CHECK (language IN ('en', 'ko', 'mixed')),
    video_id bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    segment_id bigint REFERENCES segments ON DELETE SET NULL,
    start_ms bigint NOT NULL CHECK (start_ms >= 0),
    end_ms bigint NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('click', 'play', 'share', 'edit', 'relevant', 'not_relevant')),
    actor text NOT NULL CHECK (actor <> ''),
    origin text NOT NULL CHECK (origin IN ('pipeline', 'web', 'slack', 'api')),
    rank integer CHECK (rank >= 1),
    at timestamptz NOT NULL DEFAULT now(),
    CHECK (start_ms < end_ms)
);
CREATE UNIQUE INDEX search_feedback_once
    ON search_feedback (actor, lower(query), segment_id, kind);
CREATE INDEX search_feedback_of_segment ON search_feedback (segment_id);
CREATE INDEX search_feedback_of_video ON search_feedback (video_id);
"""

DOWN = r"""
DROP TABLE search_feedback;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
