-- terms --
SELECT term::text AS term FROM search_terms(%(words)s) AS term

-- common_words --
-- In which share of all segments the statistics know the most common words
SELECT word, frequency
FROM pg_stats,
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS listed(word, frequency)
WHERE schemaname = current_schema() AND tablename = 'segments' AND attname = 'text_search'
    AND word IS NOT NULL  -- three more frequencies than words are kept: least, greatest, of none

-- likely_segments --
SELECT greatest(reltuples, 0) AS segments FROM pg_class WHERE oid = 'segments'::regclass

-- spellings --
-- One of the spellings of each entry: "red" or "빨간", and "jacket" or "재킷"
SELECT string_agg('(' || spelled || ')', ' & ') AS terms FROM (
    SELECT string_agg('(' || terms || ')', ' | ') AS spelled FROM (
        SELECT listed.entry, string_agg(term::text, ' & ') AS terms
        FROM unnest(%(entries)s::integer[], %(words)s::text[]) AS listed(entry, word)
            CROSS JOIN LATERAL search_terms(listed.word) AS term
        GROUP BY listed.entry, listed.word) AS words
    GROUP BY entry) AS entries

-- tune --
-- Every leg reads a bounded number of rows through an index; reading all rows is never quicker
-- here, only sometimes estimated to be. Compiling a statement of milliseconds takes longer than
-- running it, and so does starting helpers
SELECT set_config('hnsw.ef_search', %(ef_search)s, true), set_config('enable_seqscan', 'off', true),
    set_config('hnsw.iterative_scan', 'relaxed_order', true),
    set_config('hnsw.max_scan_tuples', %(max_scan_tuples)s, true), set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true)

-- tune_details --
-- A page of answers is joined as it is written, by its keys: to weigh the orders of eleven tables
-- takes five times as long
SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
    set_config('join_collapse_limit', '1', true)

-- fused --
-- Five legs, each a ranking of its own, joined by reciprocal rank fusion. Legs that a query has
-- nothing for are empty: their source is the nearest neighbours or no row at all. Each leg brings
-- forward a bounded number of candidates that pass the filters; then the words of all candidates
-- are compared. "strong" rows are answers, the others near misses.
WITH {passing}
scope AS MATERIALIZED (
    SELECT id FROM unnest(%(scope)s::bigint[]) AS listed(id)
),
vector_leg AS MATERIALIZED (
    SELECT segment_id, distance, rank() OVER (ORDER BY distance) AS rank
    FROM ({vector_source}) AS nearest
),
video_leg AS MATERIALIZED (
    SELECT segment_id, distance, rank() OVER (ORDER BY distance) AS rank
    FROM ({video_source}) AS nearest
),
wanted AS (
    SELECT colour, part, kind, position
    FROM unnest(%(colours)s::text[], %(parts)s::text[], %(kinds)s::text[])
        WITH ORDINALITY AS listed(colour, part, kind, position)
),
-- The surest people in each colour and kind, read in the order of the index, and those in two.
dressed AS MATERIALIZED (
    {clothes_source}
),
-- What is worn agrees in colour or in kind, and in neither it differs: what nobody could make out
-- (NULL) counts against nobody, and a black pair of shoes is no white one.
worn AS (
    SELECT d.segment_id, d.id, d.at_ms, d.score,
        sum(coalesce(m.colour::integer, 0) + coalesce(m.kind::integer, 0)) AS matched,
        array_agg(w.position ORDER BY w.position) FILTER (WHERE m.colour) AS positions
    FROM dressed JOIN detections AS d USING (id) CROSS JOIN wanted AS w
    CROSS JOIN LATERAL (SELECT
        CASE w.part
            WHEN 'upper' THEN d.attributes ->> 'upper' = w.colour
            WHEN 'lower' THEN d.attributes ->> 'lower' = w.colour
            WHEN 'feet' THEN d.attributes ->> 'shoes_colour' = w.colour
            ELSE d.attributes ->> 'upper' = w.colour OR d.attributes ->> 'lower' = w.colour
        END AS colour,
        d.attributes ->> CASE w.part WHEN 'lower' THEN 'lower_kind' WHEN 'feet' THEN 'shoes'
            ELSE 'upper_kind' END = w.kind AS kind) AS m
    WHERE (m.colour OR m.kind) AND m.colour IS NOT FALSE AND m.kind IS NOT FALSE
    GROUP BY d.segment_id, d.id, d.at_ms, d.score
),
worn_best AS (
    SELECT DISTINCT ON (segment_id) segment_id, at_ms, score, matched, positions FROM worn
    ORDER BY segment_id, matched DESC, score DESC, id
),
clothes_leg AS MATERIALIZED (
    SELECT segment_id, at_ms, positions, rank() OVER (ORDER BY matched DESC, score DESC) AS rank
    FROM worn_best
),
-- Who and what the query names: people and groups by their appearances, things by the detector.
-- Each brings its surest sightings; a segment with more of what was named comes first.
named AS MATERIALIZED (
    {named_source}
),
named_at AS (
    SELECT segment_id, what, min(at_ms) AS at_ms, max(score) AS score, sum(lasts_ms) AS lasts_ms
    FROM named GROUP BY segment_id, what
),
seen_leg AS MATERIALIZED (
    SELECT segment_id, array_agg(what ORDER BY at_ms, what) AS named,
        array_agg(at_ms ORDER BY at_ms, what) AS named_at_ms,
        rank() OVER (ORDER BY count(*) DESC, max(score) DESC, sum(lasts_ms) DESC) AS rank
    FROM named_at GROUP BY segment_id
),
terms AS (
    SELECT term::tsquery, position FROM unnest(%(terms)s::text[])
        WITH ORDINALITY AS listed(term, position)
),
-- What has the words, and what the other legs found: a word that stands nearly everywhere brings
-- nothing forward by itself.
text_candidates AS (
    {text_source}
    UNION
    SELECT segment_id FROM vector_leg
    UNION
    SELECT segment_id FROM clothes_leg
    UNION
    SELECT segment_id FROM seen_leg
    UNION
    SELECT segment_id FROM video_leg
),
-- Materialized, or the planner reads every segment that has the word instead of the candidates.
candidate_words AS MATERIALIZED (
    SELECT s.id AS segment_id, s.text_search,
        -- Where a colour is asked for, no other word of the query stands for it
        %(needed)s = '' OR s.text_search @@ nullif(%(needed)s, '')::tsquery AS has_needed
    FROM text_candidates JOIN segments AS s USING (id)
),
text_matches AS MATERIALIZED (
    SELECT c.segment_id, t.position
    FROM candidate_words AS c JOIN terms AS t ON c.text_search @@ t.term WHERE c.has_needed
),
-- A word most candidates share says little; one that few or none have says much.
term_weights AS (
    SELECT position,
        ln(1 + (SELECT count(*) FROM candidate_words)::real / greatest(m.segments, 1)) AS weight
    FROM terms LEFT JOIN (
        SELECT position, count(*) AS segments FROM text_matches GROUP BY position
    ) AS m USING (position)
),
text_leg AS (
    SELECT segment_id, array_agg(position) AS matched,
        rank() OVER (ORDER BY sum(weight) DESC) AS rank
    FROM text_matches JOIN term_weights USING (position)
    GROUP BY segment_id
    -- At least half of what the query says, by weight: "옷" alone is not "빨간 옷".
    HAVING sum(weight) * 2 >= (SELECT sum(weight) FROM term_weights)
),
fused AS (
    SELECT segment_id,
        coalesce(%(vector_weight)s / (%(k)s + v.rank), 0)
            + coalesce(%(text_weight)s / (%(k)s + t.rank), 0)
            + coalesce(%(clothes_weight)s / (%(k)s + c.rank), 0)
            + coalesce(%(seen_weight)s / (%(k)s + n.rank), 0)
            + coalesce(%(video_weight)s / (%(k)s + p.rank), 0) AS score,
        v.rank AS vector_rank, v.distance, t.rank AS text_rank, t.matched,
        c.rank AS clothes_rank, c.positions, c.at_ms, n.rank AS seen_rank, n.named, n.named_at_ms,
        p.rank AS video_rank, p.distance AS video_distance,
        (t.rank IS NOT NULL OR c.rank IS NOT NULL OR n.rank IS NOT NULL
            OR coalesce(v.distance <= %(farthest)s, false)
            OR coalesce(p.distance <= %(video_farthest)s, false))
        -- Where somebody is meant, nobody else is the answer
        AND (%(only)s::text[] = '{}' OR coalesce(n.named && %(only)s::text[], false)) AS strong
    FROM vector_leg AS v
    FULL JOIN text_leg AS t USING (segment_id)
    FULL JOIN clothes_leg AS c USING (segment_id)
    FULL JOIN seen_leg AS n USING (segment_id)
    FULL JOIN video_leg AS p USING (segment_id)
)
SELECT best.*, s.video_id, s.start_ms, s.end_ms, s.kind = 'quiet' AS quiet
FROM (SELECT * FROM fused ORDER BY strong DESC, score DESC, segment_id LIMIT %(most)s) AS best
    JOIN segments AS s ON s.id = best.segment_id
ORDER BY best.strong DESC, best.score DESC, best.segment_id

-- details --
SELECT s.id, segment_snapshot(s.id) AS snapshot, v.title, v.source, v.recorded_at, c.name AS camera,
    coalesce(v.recorded_at, v.added_at) + s.start_ms * interval '1 millisecond' AS happened_at
FROM unnest(%(segment_ids)s::bigint[]) AS listed(id)
    JOIN segments AS s ON s.id = listed.id AND s.state = 'live'
    JOIN videos AS v ON v.id = s.video_id LEFT JOIN cameras AS c ON c.id = v.camera_id

-- happened --
SELECT s.id, coalesce(v.recorded_at, v.added_at) + s.start_ms * interval '1 millisecond' AS at
FROM unnest(%(segment_ids)s::bigint[]) AS listed(id) JOIN segments AS s USING (id)
    JOIN videos AS v ON v.id = s.video_id

-- nearest --
-- Vectors by the index, nearest first; of each the newest few of the segments that share it and
-- pass. The exact distances order what half precision or signs found.
SELECT segment_id, embedding::vector({dim}) {operator} {query}::vector({dim}) AS distance
FROM (
    SELECT n.embedding, l.segment_id
    FROM vectors AS n CROSS JOIN LATERAL (
        SELECT l.segment_id FROM segment_vectors AS l {segment_join}
        WHERE l.space_id = {space_id} AND l.vector_id = n.id AND {conditions}
        ORDER BY l.segment_id DESC LIMIT %(alike)s) AS l
    WHERE n.space_id = {space_id}
    ORDER BY {by_index} LIMIT %(candidates)s OFFSET 0) AS nearest
ORDER BY distance LIMIT %(kept)s

-- nearest_of_videos --
-- Every segment of the videos by the signs of its vector, the best of them by the vector itself
SELECT l.segment_id, v.embedding::vector({dim}) {operator} {query}::vector({dim}) AS distance
FROM (
    SELECT l.segment_id, l.vector_id FROM segment_vectors AS l
    WHERE l.space_id = {space_id} AND l.video_id = ANY(%(scope_videos)s::bigint[]) AND {conditions}
    ORDER BY l.signs <~> binary_quantize({query}::vector({dim})) LIMIT {by_signs} OFFSET 0) AS l
JOIN vectors AS v ON v.space_id = {space_id} AND v.id = l.vector_id
ORDER BY distance LIMIT %(kept)s

-- nearest_of_scope --
SELECT l.segment_id, v.embedding::vector({dim}) {operator} {query}::vector({dim}) AS distance
FROM scope JOIN segment_vectors AS l ON l.space_id = {space_id} AND l.segment_id = scope.id
    JOIN vectors AS v ON v.space_id = {space_id} AND v.id = l.vector_id
ORDER BY distance LIMIT %(kept)s

-- nothing_near --
SELECT NULL::bigint AS segment_id, NULL::double precision AS distance WHERE false

-- texts --
-- Segments with all words, and segments with telling ones
(SELECT s.id FROM segments AS s {video_join}
WHERE s.text_search @@ %(all_terms)s::tsquery AND s.state = 'live' AND {conditions}
LIMIT %(text_candidates)s)
UNION
SELECT s.id FROM unnest(%(telling)s::text[]) AS t(term) CROSS JOIN LATERAL (
    SELECT s.id FROM segments AS s {video_join}
    WHERE s.text_search @@ t.term::tsquery AND s.state = 'live' AND {conditions}
    LIMIT %(text_candidates)s) AS s

-- without_words --
SELECT NULL::bigint AS id WHERE false

-- texts_of_scope --
SELECT id FROM scope

-- sightings --
SELECT s.id AS segment_id, 'person ' || p.root_id AS what, 1::real AS score,
    greatest(a.start_ms, s.start_ms) AS at_ms,
    least(a.end_ms, s.end_ms) - greatest(a.start_ms, s.start_ms) AS lasts_ms
FROM people AS p CROSS JOIN LATERAL (
    SELECT a.video_id, a.start_ms, a.end_ms FROM appearances AS a
    WHERE a.person_id = p.id AND a.current
    ORDER BY a.end_ms - a.start_ms DESC LIMIT %(seen_candidates)s) AS a
JOIN segments AS s ON s.video_id = a.video_id AND s.state = 'live'
    AND s.start_ms < a.end_ms AND s.end_ms > a.start_ms {video_join}
WHERE p.root_id = ANY(%(people)s) AND {conditions}
UNION ALL
SELECT s.id, 'group ' || a.group_id, 1, greatest(a.start_ms, s.start_ms),
    least(a.end_ms, s.end_ms) - greatest(a.start_ms, s.start_ms)
FROM ({group_source}) AS a
JOIN segments AS s ON s.video_id = a.video_id AND s.state = 'live'
    AND s.start_ms < a.end_ms AND s.end_ms > a.start_ms {video_join}
WHERE {conditions}
UNION ALL
SELECT d.segment_id, 'object ' || d.label, d.score, d.at_ms, d.end_ms - d.start_ms
FROM unnest(%(labels)s::text[]) AS l(label) CROSS JOIN LATERAL (
    SELECT d.* FROM (SELECT d.segment_id, d.video_id, d.label, d.score, d.at_ms, d.start_ms,
            d.end_ms, d.id
        FROM detections AS d WHERE d.label = l.label
        ORDER BY d.score DESC, d.id LIMIT %(read)s) AS d
    JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live' {video_join}
    WHERE {seen_conditions} ORDER BY d.score DESC, d.id LIMIT %(seen_candidates)s) AS d

-- sightings_of_scope --
SELECT s.id AS segment_id, 'person ' || p.root_id AS what, 1::real AS score,
    greatest(a.start_ms, s.start_ms) AS at_ms,
    least(a.end_ms, s.end_ms) - greatest(a.start_ms, s.start_ms) AS lasts_ms
FROM scope JOIN segments AS s USING (id)
    JOIN appearances AS a ON a.video_id = s.video_id AND a.current
        AND s.start_ms < a.end_ms AND s.end_ms > a.start_ms
    JOIN people AS p ON p.id = a.person_id
WHERE p.root_id = ANY(%(people)s)
UNION ALL
SELECT s.id, 'group ' || g.group_id, 1, greatest(a.start_ms, s.start_ms),
    least(a.end_ms, s.end_ms) - greatest(a.start_ms, s.start_ms)
FROM scope JOIN segments AS s USING (id)
    JOIN appearances AS a ON a.video_id = s.video_id AND a.current
        AND s.start_ms < a.end_ms AND s.end_ms > a.start_ms
    LEFT JOIN people AS p ON p.id = a.person_id
    LEFT JOIN people AS r ON r.id = p.root_id AND r.state = 'live'
    JOIN unnest(%(groups)s::bigint[]) AS g(group_id) ON g.group_id IN (a.group_id, r.group_id)
UNION ALL
SELECT d.segment_id, 'object ' || d.label, d.score, d.at_ms, d.end_ms - d.start_ms
FROM scope JOIN detections AS d ON d.segment_id = scope.id
WHERE d.label = ANY(%(labels)s::text[])

-- nothing_named --
SELECT NULL::bigint AS segment_id, NULL::text AS what, NULL::real AS score, NULL::bigint AS at_ms,
    NULL::bigint AS lasts_ms WHERE false

-- group_sightings --
-- Those of its people, and those of which only the group is sure
SELECT g.group_id, a.video_id, a.start_ms, a.end_ms
FROM unnest(%(groups)s::bigint[]) AS g(group_id)
JOIN people AS r ON r.group_id = g.group_id AND r.state = 'live'
JOIN people AS p ON p.root_id = r.id
CROSS JOIN LATERAL (
    SELECT a.video_id, a.start_ms, a.end_ms FROM appearances AS a
    WHERE a.person_id = p.id AND a.current
    ORDER BY a.end_ms - a.start_ms DESC LIMIT %(seen_candidates)s) AS a
UNION
SELECT g.group_id, a.video_id, a.start_ms, a.end_ms
FROM unnest(%(groups)s::bigint[]) AS g(group_id) CROSS JOIN LATERAL (
    SELECT a.video_id, a.start_ms, a.end_ms FROM appearances AS a
    WHERE a.group_id = g.group_id AND a.current
    ORDER BY a.end_ms - a.start_ms DESC LIMIT %(seen_candidates)s) AS a

-- in_colour --
SELECT d.id FROM wanted AS w CROSS JOIN LATERAL ({upper}) AS d
UNION
SELECT d.id FROM wanted AS w CROSS JOIN LATERAL ({lower}) AS d
UNION
SELECT d.id FROM wanted AS w JOIN wanted AS other ON other.position <> w.position
CROSS JOIN LATERAL ({both}) AS d

-- of_kind --
-- Those in a kind of garment, those in its colour too; an attribute each, for the index of each
SELECT d.id FROM wanted AS w CROSS JOIN LATERAL ({any_colour}) AS d WHERE w.part = ANY('{parts}')
UNION
SELECT d.id FROM wanted AS w CROSS JOIN LATERAL ({same_colour}) AS d WHERE w.part = ANY('{parts}')

-- in_shoe_colour --
SELECT d.id FROM wanted AS w CROSS JOIN LATERAL ({shoes}) AS d WHERE w.part = 'feet'

-- surest --
-- The surest detections of one description whose segments pass; a bounded number is read
SELECT d.id FROM (SELECT d.id, d.segment_id, d.video_id, d.score
    FROM detections AS d WHERE {described} ORDER BY d.score DESC, d.id LIMIT %(read)s) AS d
JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live' {video_join}
WHERE {seen_conditions} ORDER BY d.score DESC, d.id LIMIT %(clothes_candidates)s

-- people_of_scope --
SELECT d.id FROM scope JOIN detections AS d ON d.segment_id = scope.id WHERE d.label = 'person'

-- nothing_worn --
SELECT NULL::bigint AS id WHERE false
