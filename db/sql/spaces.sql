-- find_space --
SELECT id, kind, model, revision, dim, state, distance, index_kind, held_back
FROM embedding_spaces
WHERE kind = %(kind)s AND model = %(model)s AND revision = %(revision)s

-- active_space --
SELECT id, kind, model, revision, dim, state, distance, index_kind, held_back
FROM embedding_spaces
WHERE kind = %(kind)s AND state = 'active'

-- lock_spaces --
SELECT pg_advisory_xact_lock(7253002)

-- insert_space --
INSERT INTO embedding_spaces (kind, model, revision, dim, distance, index_kind)
VALUES (%(kind)s, %(model)s, %(revision)s, %(dim)s, %(distance)s, %(index_kind)s)
RETURNING id, kind, model, revision, dim, state, distance, index_kind, held_back

-- create_partition --
-- The vector column has no dimension of its own, so the index names the space's
CREATE TABLE vectors_{space_id} PARTITION OF vectors FOR VALUES IN ({space_id});
ALTER TABLE vectors_{space_id} ADD CHECK (vector_dims(embedding) = {dim})

-- create_index --
CREATE INDEX {how} {name} ON vectors_{space_id} USING hnsw (({expression}) {operators})
    WITH (m = {m}, ef_construction = {ef_construction})

-- indexes --
-- Those of a space, newest first; one whose build died is not valid
SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes, i.indisvalid AS valid
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS a ON a.oid = c.relam
WHERE i.indrelid = to_regclass('vectors_' || %(space_id)s) AND a.amname = 'hnsw'
ORDER BY c.oid DESC

-- drop_index --
DROP INDEX {name}

-- build_memory --
-- A graph that does not fit is built many times slower
SELECT set_config('maintenance_work_mem', %(memory)s, false),
    set_config('max_parallel_maintenance_workers', '1', false),
    set_config('statement_timeout', '0', false)

-- nearest_by_index --
SELECT embedding::vector({dim}) {operator} %(vector)s::vector({dim}) AS distance
FROM (SELECT n.embedding FROM vectors AS n WHERE n.space_id = {space_id}
    ORDER BY {by_index} LIMIT %(candidates)s OFFSET 0) AS nearest
ORDER BY distance LIMIT %(most)s

-- nearest_exactly --
SELECT embedding::vector({dim}) {operator} %(vector)s::vector({dim}) AS distance
FROM (SELECT n.embedding FROM vectors AS n WHERE n.space_id = {space_id} OFFSET 0) AS everything
ORDER BY distance LIMIT %(most)s

-- set_index_kind --
UPDATE embedding_spaces SET index_kind = %(index_kind)s WHERE id = %(space_id)s

-- hold_back --
UPDATE embedding_spaces SET held_back = %(reason)s WHERE id = %(space_id)s

-- all_spaces --
SELECT id, kind, model, revision, dim, state, distance, index_kind, held_back
FROM embedding_spaces ORDER BY kind, id

-- list_spaces --
SELECT e.id, e.kind, e.model, e.revision, e.dim, e.state, e.distance, e.index_kind, e.held_back,
    (SELECT count(*) FROM segment_vectors AS l WHERE l.space_id = e.id) AS segments,
    (SELECT count(*) FROM vectors AS v WHERE v.space_id = e.id) AS vectors,
    pg_total_relation_size(to_regclass('vectors_' || e.id)) AS bytes
FROM embedding_spaces AS e ORDER BY e.kind, e.id

-- retire_active --
UPDATE embedding_spaces SET state = 'retired'
WHERE kind = %(kind)s AND state = 'active' AND id <> %(space_id)s

-- activate --
UPDATE embedding_spaces SET state = 'active' WHERE id = %(space_id)s

-- building_spaces --
SELECT id, kind, model, revision, dim, state, distance, index_kind, held_back
FROM embedding_spaces
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
SELECT s.id, s.revision, segment_document(s.caption, s.caption_ko) AS document FROM segments AS s
WHERE s.video_id = %(video_id)s AND s.state = 'live'
    AND (%(wordless)s OR s.caption <> '' OR s.caption_ko <> '')
    AND NOT EXISTS (SELECT FROM segment_vectors AS l
        WHERE l.space_id = %(space_id)s AND l.segment_id = s.id)
ORDER BY s.start_ms

-- insert_vector --
-- Only while the segment still is what the vector was made from; the lock makes an edit that
-- comes at the same moment wait, so that its trigger finds this vector and drops the link
WITH content AS MATERIALIZED (
    SELECT s.id, s.video_id, vector_key(e.kind, s) AS key FROM segments AS s, embedding_spaces AS e
    WHERE s.id = %(segment_id)s AND s.revision = %(revision)s AND s.state = 'live'
        AND e.id = %(space_id)s
    FOR SHARE OF s
),
stored AS (
    INSERT INTO vectors AS v (space_id, key, embedding)
    SELECT %(space_id)s, key, %(embedding)s::vector FROM content
    ON CONFLICT (space_id, key) DO UPDATE SET key = excluded.key
    RETURNING v.id, v.embedding
)
INSERT INTO segment_vectors (space_id, segment_id, vector_id, video_id, signs)
SELECT %(space_id)s, content.id, stored.id, content.video_id, binary_quantize(stored.embedding)
FROM content, stored
ON CONFLICT (space_id, segment_id)
    DO UPDATE SET vector_id = excluded.vector_id, signs = excluded.signs

-- known_documents --
-- Link the segments of a video whose content has a vector already
INSERT INTO segment_vectors (space_id, segment_id, vector_id, video_id, signs)
SELECT e.id, s.id, v.id, s.video_id, binary_quantize(v.embedding)
FROM embedding_spaces AS e JOIN segments AS s ON s.video_id = %(video_id)s
    JOIN vectors AS v ON v.space_id = e.id AND v.key = vector_key(e.kind, s)
WHERE e.id = %(space_id)s AND s.state = 'live'
    AND NOT EXISTS (SELECT FROM segment_vectors AS l
        WHERE l.space_id = e.id AND l.segment_id = s.id)
ON CONFLICT DO NOTHING

-- vectors_of --
SELECT l.space_id, v.embedding::text AS embedding FROM segment_vectors AS l
    JOIN vectors AS v ON v.space_id = l.space_id AND v.id = l.vector_id
WHERE l.segment_id = %(segment_id)s

-- count_vectors --
SELECT count(*) FROM segment_vectors WHERE space_id = %(space_id)s

-- try_lock_vectors --
-- Whoever links a vector holds this lock shared (link_vectors, insert_vector), so that none is
-- swept away under a link about to be written
SELECT pg_try_advisory_xact_lock(7253009)

-- lock_vectors_shared --
SELECT pg_advisory_xact_lock_shared(7253009)

-- orphans --
SELECT v.space_id, v.id FROM vectors AS v WHERE NOT EXISTS (SELECT FROM segment_vectors AS l
    WHERE l.space_id = v.space_id AND l.vector_id = v.id) LIMIT 1000

-- sweep --
DELETE FROM vectors AS v
USING unnest(%(space_ids)s::bigint[], %(ids)s::bigint[]) AS o(space_id, id)
WHERE v.space_id = o.space_id AND v.id = o.id AND NOT EXISTS (SELECT FROM segment_vectors AS l
    WHERE l.space_id = v.space_id AND l.vector_id = v.id)
