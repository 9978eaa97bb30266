-- find_space --
SELECT id, kind, model, revision, dim, state FROM embedding_spaces
WHERE kind = %(kind)s AND model = %(model)s AND revision = %(revision)s

-- active_space --
SELECT id, kind, model, revision, dim, state FROM embedding_spaces
WHERE kind = %(kind)s AND state = 'active'

-- lock_spaces --
SELECT pg_advisory_xact_lock(7253002)

-- insert_space --
INSERT INTO embedding_spaces (kind, model, revision, dim)
VALUES (%(kind)s, %(model)s, %(revision)s, %(dim)s)
RETURNING id, kind, model, revision, dim, state

-- create_partition --
-- The vector column has no dimension of its own, so the index names the space's
CREATE TABLE segment_vectors_{space_id} PARTITION OF segment_vectors FOR VALUES IN ({space_id});
ALTER TABLE segment_vectors_{space_id} ADD CHECK (vector_dims(embedding) = {dim});
CREATE INDEX segment_vectors_{space_id}_hnsw ON segment_vectors_{space_id}
    USING hnsw ((embedding::vector({dim})) vector_cosine_ops)

-- retire_active --
UPDATE embedding_spaces SET state = 'retired'
WHERE kind = %(kind)s AND state = 'active' AND id <> %(space_id)s

-- activate --
UPDATE embedding_spaces SET state = 'active' WHERE id = %(space_id)s

-- building_spaces --
SELECT id, kind, model, revision, dim, state FROM embedding_spaces
WHERE kind = %(kind)s AND state = 'building' ORDER BY id

-- rebuild --
UPDATE embedding_spaces SET state = 'building' WHERE id = %(space_id)s AND state = 'retired'

-- retire_building --
UPDATE embedding_spaces SET state = 'retired' WHERE kind = %(kind)s AND state = 'building'

-- count_unembedded --
-- A segment the active space lacks too (its ingest is under way) does not hold up the switch
SELECT count(*) FROM embedding_spaces AS e
    JOIN segment_vectors AS v ON v.space_id = e.id
    JOIN segments AS s ON s.id = v.segment_id AND s.video_id <> ALL(%(without)s::bigint[])
WHERE e.kind = %(kind)s AND e.state = 'active'
    AND NOT EXISTS (SELECT FROM segment_vectors AS n
        WHERE n.space_id = %(space_id)s AND n.segment_id = v.segment_id)

-- unembedded --
-- Live segments with words and without a vector for them
SELECT s.id, s.revision, s.caption, s.caption_ko FROM segments AS s
WHERE s.video_id = %(video_id)s AND s.state = 'live'
    AND (%(wordless)s OR s.caption <> '' OR s.caption_ko <> '')
    AND NOT EXISTS (SELECT FROM segment_vectors AS v
        WHERE v.space_id = %(space_id)s AND v.segment_id = s.id)
ORDER BY s.start_ms

-- insert_vector --
-- Only while the segment still is what the vector was made from; the lock makes an edit that
-- comes at the same moment wait, so that its trigger finds this vector and drops it
INSERT INTO segment_vectors (space_id, segment_id, embedding)
SELECT %(space_id)s, s.id, %(embedding)s::vector FROM segments AS s
WHERE s.id = %(segment_id)s AND s.revision = %(revision)s AND s.state = 'live' FOR SHARE
ON CONFLICT (space_id, segment_id) DO UPDATE SET embedding = EXCLUDED.embedding

-- count_vectors --
SELECT count(*) FROM segment_vectors WHERE space_id = %(space_id)s
