-- terms --
SELECT term::text AS term FROM search_terms(%(words)s) AS term

-- tune --
SELECT set_config('hnsw.ef_search', %(ef_search)s, true)

-- fused --
-- Three legs, each a ranking of its own, joined by reciprocal rank fusion. Legs that a query has
-- nothing for are empty: the vector source is the nearest neighbours or no row at all.
WITH vector_leg AS (
    SELECT segment_id, distance, rank() OVER (ORDER BY distance) AS rank
    FROM ({vector_source}) AS nearest
),
terms AS (
    SELECT term::tsquery, position
    FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS listed(term, position)
),
text_candidates AS (
    (SELECT s.id FROM segments AS s
     WHERE s.text_search @@ %(all_terms)s::tsquery AND s.state = 'live' LIMIT 500)
    UNION
    (SELECT s.id FROM segments AS s
     WHERE s.text_search @@ %(any_term)s::tsquery AND s.state = 'live' LIMIT 1500)
    UNION
    SELECT segment_id FROM vector_leg
),
text_matches AS (
    SELECT s.id AS segment_id, t.position, t.term
    FROM text_candidates JOIN segments AS s USING (id) JOIN terms AS t ON s.text_search @@ t.term
),
-- A word most candidates share says little; one that few or none have says much.
term_weights AS (
    SELECT position, ln(1 + (SELECT count(*) FROM text_candidates)::real / greatest(count(m.term), 1))
        AS weight
    FROM terms AS t LEFT JOIN text_matches AS m USING (position)
    GROUP BY position
),
text_leg AS (
    SELECT segment_id, array_agg(term::text ORDER BY position) AS matched,
        rank() OVER (ORDER BY sum(weight) DESC) AS rank
    FROM text_matches JOIN term_weights USING (position)
    GROUP BY segment_id
    -- At least half of what the query says, by weight: "옷" alone is not "빨간 옷".
    HAVING sum(weight) * 2 >= (SELECT sum(weight) FROM term_weights)
),
worn AS (
    SELECT d.segment_id, d.id, d.at_ms, d.score, count(*) AS matched,
        array_agg(wanted.position ORDER BY wanted.position) AS positions
    FROM unnest(%(colours)s::text[], %(parts)s::text[]) WITH ORDINALITY
        AS wanted(colour, part, position)
    JOIN detections AS d
        ON (wanted.part <> 'lower' AND d.attributes ->> 'upper' = wanted.colour)
        OR (wanted.part <> 'upper' AND d.attributes ->> 'lower' = wanted.colour)
    GROUP BY d.id
),
worn_best AS (
    SELECT DISTINCT ON (segment_id) segment_id, at_ms, score, matched, positions FROM worn
    ORDER BY segment_id, matched DESC, score DESC, id
),
clothes_leg AS (
    SELECT w.segment_id, w.at_ms, w.positions,
        rank() OVER (ORDER BY w.matched DESC, w.score DESC) AS rank
    FROM worn_best AS w JOIN segments AS s ON s.id = w.segment_id AND s.state = 'live'
),
fused AS (
    SELECT segment_id,
        coalesce(%(vector_weight)s / (%(k)s + v.rank), 0)
            + coalesce(%(text_weight)s / (%(k)s + t.rank), 0)
            + coalesce(%(clothes_weight)s / (%(k)s + c.rank), 0) AS score,
        v.rank AS vector_rank, v.distance, t.rank AS text_rank, t.matched,
        c.rank AS clothes_rank, c.positions, c.at_ms
    FROM vector_leg AS v
    FULL JOIN text_leg AS t USING (segment_id)
    FULL JOIN clothes_leg AS c USING (segment_id)
    WHERE t.rank IS NOT NULL OR c.rank IS NOT NULL OR v.distance <= %(farthest)s
),
page AS (
    SELECT *, count(*) OVER () AS total FROM fused
    ORDER BY score DESC, segment_id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT page.*, segment_snapshot(page.segment_id) AS snapshot, v.title, v.source, v.recorded_at,
    c.name AS camera
FROM page JOIN segments AS s ON s.id = page.segment_id JOIN videos AS v ON v.id = s.video_id
    LEFT JOIN cameras AS c ON c.id = v.camera_id
ORDER BY page.score DESC, page.segment_id

-- nearest --
SELECT segment_id, embedding::vector({dim}) <=> %(vector)s::vector({dim}) AS distance
FROM segment_vectors WHERE space_id = {space_id}
ORDER BY embedding::vector({dim}) <=> %(vector)s::vector({dim}) LIMIT %(candidates)s

-- nothing_near --
SELECT NULL::bigint AS segment_id, NULL::double precision AS distance WHERE false
