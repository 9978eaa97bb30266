-- load --
SELECT space_id, cohort::text[] AS cohort, cut, spread, vectors, method FROM space_calibrations
WHERE space_id = %(space_id)s

-- summary --
SELECT vectors, method FROM space_calibrations WHERE space_id = %(space_id)s

-- save --
INSERT INTO space_calibrations (space_id, cohort, cut, spread, vectors, method)
VALUES (%(space_id)s, %(cohort)s::text[]::vector[], %(cut)s, %(spread)s, %(vectors)s, %(method)s)
ON CONFLICT (space_id) DO UPDATE SET cohort = excluded.cohort, cut = excluded.cut,
    spread = excluded.spread, vectors = excluded.vectors, method = excluded.method,
    made_at = now()

-- count --
-- The statistics know a large table well enough; a small one is counted in no time
SELECT CASE WHEN c.reltuples > 20000 THEN c.reltuples::bigint
    ELSE (SELECT count(*) FROM vectors WHERE space_id = %(space_id)s) END AS vectors
FROM pg_class AS c WHERE c.oid = to_regclass('vectors_' || %(space_id)s)

-- moments --
SELECT CASE WHEN c.reltuples > 20000 THEN c.reltuples::bigint
    ELSE (SELECT count(*) FROM segments WHERE state = 'live') END AS moments
FROM pg_class AS c WHERE c.oid = 'segments'::regclass

-- nearest --
SELECT (SELECT v.embedding::vector({dim}) {operator} q.vector FROM vectors AS v
    WHERE v.space_id = {space_id}
    ORDER BY v.embedding::{stored} {operator} q.vector::{stored} LIMIT 1) AS distance
FROM (SELECT vector::vector({dim}) AS vector, place
    FROM unnest(%(vectors)s::text[]) WITH ORDINALITY AS listed(vector, place)) AS q
ORDER BY place

-- sample --
-- Identities are given in order: equal steps through them, the first at or after each
WITH bounds AS (
    SELECT min(id) AS first, max(id) AS last FROM vectors WHERE space_id = {space_id}
)
SELECT v.embedding::text AS embedding FROM bounds
CROSS JOIN generate_series(0, %(most)s - 1) AS step
CROSS JOIN LATERAL (
    SELECT embedding, id FROM vectors WHERE space_id = {space_id}
        AND id >= first + (last - first) * step / greatest(%(most)s - 1, 1)
    ORDER BY id LIMIT 1) AS v
GROUP BY v.id, v.embedding ORDER BY v.id
