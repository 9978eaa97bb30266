"""Embedding spaces and their vectors: one list partition and one HNSW index per space.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE embedding_spaces (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    model text NOT NULL,
    revision text NOT NULL,
    dim integer NOT NULL CHECK (dim BETWEEN 1 AND 2000),
    state text NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'active', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, model, revision)
);
CREATE UNIQUE INDEX one_active_space_per_kind ON embedding_spaces (kind) WHERE state = 'active';

CREATE TABLE segment_vectors (
    space_id bigint NOT NULL REFERENCES embedding_spaces,
    segment_id bigint NOT NULL REFERENCES segments ON DELETE CASCADE,
    embedding vector NOT NULL,
    PRIMARY KEY (space_id, segment_id)
) PARTITION BY LIST (space_id);
CREATE INDEX segment_vectors_segment ON segment_vectors (segment_id);

-- The terms of a query, each as one tsquery: English words stemmed, Korean words as pairs of
-- syllables. A single syllable ("옷") is a prefix: inside a caption it carries a particle ("옷을").
CREATE FUNCTION search_terms(input text) RETURNS SETOF tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT to_tsquery('simple'::regconfig, quote_literal(lexeme))
    FROM unnest(to_tsvector('english'::regconfig, normalize(input, NFKC)))
    WHERE lexeme !~ '[가-힣]'
    UNION
    SELECT to_tsquery('simple'::regconfig,
        quote_literal(gram) || CASE length(gram) WHEN 1 THEN ':*' ELSE '' END)
    FROM unnest(hangul_bigrams(input)) AS gram
$$;

-- A vector never outlives the words it was made from.
CREATE FUNCTION drop_stale_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM segment_vectors WHERE segment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER segments_drop_stale_vectors AFTER UPDATE ON segments FOR EACH ROW
    WHEN (OLD.caption IS DISTINCT FROM NEW.caption
        OR OLD.caption_ko IS DISTINCT FROM NEW.caption_ko
        OR NEW.state = 'deleted')
    EXECUTE FUNCTION drop_stale_vectors();
"""

DOWN = """
DROP TRIGGER segments_drop_stale_vectors ON segments;
DROP FUNCTION drop_stale_vectors, search_terms;
DROP TABLE segment_vectors, embedding_spaces;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
