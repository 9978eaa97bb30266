-- of_video --
SELECT * FROM appearance_details WHERE video_id = %(video_id)s AND current ORDER BY start_ms, id

-- of_person --
WITH chosen AS MATERIALIZED (
    SELECT a.id FROM people AS p JOIN people AS t ON t.root_id = p.root_id
        JOIN appearances AS a ON a.person_id = t.id AND a.current
    WHERE p.id = %(person_id)s
    ORDER BY a.size_px DESC, a.id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT d.* FROM chosen CROSS JOIN LATERAL (
    SELECT * FROM appearance_details WHERE id = chosen.id OFFSET 0) AS d
ORDER BY d.size_px DESC, d.id

-- latest --
-- Of each person asked for the newest appearances, each with the live segment it is longest in
SELECT asked.id AS asked_id, d.*, v.title, v.recorded_at, longest.id AS segment_id
FROM unnest(%(person_ids)s::bigint[]) AS asked(id)
CROSS JOIN LATERAL (
    SELECT a.id, coalesce(w.recorded_at, w.added_at) + a.start_ms * interval '1 millisecond' AS at
    FROM people AS p JOIN people AS t ON t.root_id = p.root_id
        JOIN appearances AS a ON a.person_id = t.id AND a.current
        JOIN videos AS w ON w.id = a.video_id
    WHERE p.id = asked.id ORDER BY at DESC, a.id DESC LIMIT %(each)s
) AS newest
JOIN appearance_details AS d ON d.id = newest.id JOIN videos AS v ON v.id = d.video_id
LEFT JOIN LATERAL (
    SELECT s.id FROM segments AS s
    WHERE s.video_id = d.video_id AND s.state = 'live'
        AND s.start_ms < d.end_ms AND d.start_ms < s.end_ms
    ORDER BY least(s.end_ms, d.end_ms) - greatest(s.start_ms, d.start_ms) DESC, s.start_ms LIMIT 1
) AS longest ON true
ORDER BY asked.id, newest.at DESC, d.id DESC

-- get --
SELECT * FROM appearance_details WHERE id = %(appearance_id)s

-- of_segments --
-- First which, then what they show: joined at once, the planner works out what every appearance
-- of the library shows
WITH chosen AS MATERIALIZED (
    SELECT s.segment_id, a.id
    FROM unnest(%(ids)s::bigint[], %(video_ids)s::bigint[], %(starts)s::bigint[],
        %(ends)s::bigint[]) AS s(segment_id, video_id, start_ms, end_ms)
    JOIN appearances AS a ON a.video_id = s.video_id AND a.current
        AND a.start_ms < s.end_ms AND s.start_ms < a.end_ms
)
SELECT chosen.segment_id, d.* FROM chosen CROSS JOIN LATERAL (
    SELECT * FROM appearance_details WHERE id = chosen.id OFFSET 0) AS d
ORDER BY chosen.segment_id, d.start_ms, d.id

-- insert --
INSERT INTO appearances (video_id, model_id, start_ms, end_ms, at_ms, box_left, box_top, box_width,
    box_height, size_px, faces, embedding)
VALUES (%(video_id)s, %(model_id)s, %(start_ms)s, %(end_ms)s, %(at_ms)s, %(box_left)s,
    %(box_top)s, %(box_width)s, %(box_height)s, %(size_px)s, %(faces)s, %(embedding)s::vector)
RETURNING id

-- delete_replaced --
DELETE FROM appearances
WHERE video_id = %(video_id)s AND model_id = %(model_id)s AND NOT id = ANY(%(kept)s::bigint[])
RETURNING id, person_id

-- put_aside --
UPDATE appearances SET current = id = ANY(%(kept)s::bigint[])
WHERE video_id = %(video_id)s AND current <> (id = ANY(%(kept)s::bigint[]))

-- spans_of --
SELECT video_id, start_ms, end_ms FROM appearances WHERE id = ANY(%(appearance_ids)s::bigint[])

-- embeddings_of --
SELECT id, embedding::real[] AS face FROM appearances
WHERE id = ANY(%(appearance_ids)s::bigint[])

-- delete --
DELETE FROM appearances WHERE id = ANY(%(appearance_ids)s::bigint[])

-- existing --
SELECT id FROM appearances WHERE id = ANY(%(appearance_ids)s::bigint[])

-- automatic --
SELECT id, model_id FROM appearances
WHERE id = ANY(%(appearance_ids)s::bigint[]) AND decision = 'auto'
ORDER BY size_px * faces DESC, id

-- tune --
SELECT set_config('hnsw.ef_search', %(ef_search)s, true),
    set_config('hnsw.iterative_scan', 'strict_order', true)

-- candidates --
-- For each appearance the nearest faces of named (or of unknown) people through the index of that
-- side, whose words the cast and the conditions are; of each person the nearest face counts
SELECT a.id AS appearance_id, near.person_id, near.root_id, near.group_id, {known} AS known,
    near.cosine, near.faces, near.farthest,
    EXISTS (SELECT FROM face_decisions AS d JOIN people AS q ON q.id = d.person_id
        WHERE d.appearance_id = a.id AND d.verdict = 'is not' AND d.state = 'live'
            AND q.root_id = near.root_id) AS barred,
    (SELECT max(1 - (d.embedding::vector({dim}) <=> a.embedding::vector({dim})))
        FROM people AS q JOIN face_decisions AS d ON d.person_id = q.id
        WHERE q.root_id = near.root_id AND d.verdict = 'is not' AND d.state = 'live'
            AND d.model_id = {model_id}) AS negative
FROM appearances AS a
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (r.id) r.id AS root_id, f.person_id, r.group_id, 1 - f.distance AS cosine,
        f.faces, 1 - f.farthest AS farthest
    FROM (
        SELECT l.person_id, l.distance, count(*) OVER () AS faces, max(l.distance) OVER () AS farthest
        FROM (
            SELECT person_id, embedding::vector({dim}) <=> a.embedding::vector({dim}) AS distance
            FROM gallery_faces WHERE model_id = {model_id} AND state = 'live' AND {side}
            ORDER BY embedding::vector({dim}) <=> a.embedding::vector({dim}) LIMIT {nearest}
        ) AS l
    ) AS f
    JOIN people AS p ON p.id = f.person_id JOIN people AS r ON r.id = p.root_id
    WHERE 1 - f.distance >= %(least)s
    ORDER BY r.id, f.distance
) AS near
WHERE a.id = ANY(%(appearance_ids)s::bigint[]) AND a.model_id = {model_id}
ORDER BY a.id, near.cosine DESC, near.person_id

-- set_identities --
UPDATE appearances AS a SET person_id = v.person_id, group_id = v.group_id, cosine = v.cosine,
    candidate_id = v.candidate_id, candidate_cosine = v.candidate_cosine, second_id = v.second_id,
    second_cosine = v.second_cosine
FROM (VALUES %s) AS listed(id, person_id, group_id, cosine, candidate_id, candidate_cosine,
    second_id, second_cosine)
CROSS JOIN LATERAL (SELECT listed.person_id::bigint, listed.group_id::bigint,
    listed.cosine::real, listed.candidate_id::bigint, listed.candidate_cosine::real,
    listed.second_id::bigint, listed.second_cosine::real) AS v
WHERE a.id = listed.id AND a.decision = 'auto'
    AND (a.person_id, a.group_id, a.cosine, a.candidate_id, a.candidate_cosine, a.second_id,
        a.second_cosine) IS DISTINCT FROM (v.person_id, v.group_id, v.cosine, v.candidate_id,
        v.candidate_cosine, v.second_id, v.second_cosine)

-- near --
WITH page AS MATERIALIZED (
    SELECT id, decision, embedding::vector({dim}) AS face FROM appearances
    WHERE model_id = %(model_id)s AND id > %(after_id)s ORDER BY id LIMIT %(many)s
),
asked AS MATERIALIZED (
    SELECT vector::vector({dim}) AS face FROM unnest(%(vectors)s::text[]) AS listed(vector)
)
SELECT count(*) AS looked, max(id) AS last_id, array_agg(id) FILTER (WHERE decision = 'auto'
    AND EXISTS (SELECT FROM asked WHERE asked.face <=> page.face <= %(farthest)s)) AS ids
FROM page

-- ids_of_people --
SELECT id FROM appearances WHERE person_id = ANY(%(person_ids)s::bigint[])

-- undecided_between --
SELECT id FROM appearances WHERE candidate_id = ANY(%(person_ids)s::bigint[])
    OR second_id = ANY(%(person_ids)s::bigint[])

-- best_of --
SELECT id FROM appearances WHERE person_id = ANY(%(person_ids)s::bigint[]) AND current
    AND id <> %(but)s
ORDER BY size_px DESC, id LIMIT 1

-- make_watch --
CREATE TEMPORARY TABLE IF NOT EXISTS labels_before (
    id bigint PRIMARY KEY, root_id bigint, group_name text, name text) ON COMMIT DELETE ROWS

-- watch --
INSERT INTO labels_before (id, root_id, group_name, name)
SELECT id, root_id, group_name, name FROM appearance_labels
WHERE id = ANY(%(appearance_ids)s::bigint[])
ON CONFLICT (id) DO NOTHING

-- watch_people --
INSERT INTO labels_before (id, root_id, group_name, name)
SELECT l.id, l.root_id, l.group_name, l.name
FROM people AS p JOIN people AS t ON t.root_id = p.root_id
    JOIN appearances AS a ON a.person_id = t.id JOIN appearance_labels AS l ON l.id = a.id
WHERE p.id = ANY(%(person_ids)s::bigint[])
ON CONFLICT (id) DO NOTHING

-- count_changed --
WITH changed AS MATERIALIZED (
    SELECT l.video_id, l.start_ms, l.end_ms
    FROM labels_before AS b JOIN appearance_labels AS l ON l.id = b.id
    WHERE l.current AND (b.root_id, b.group_name, b.name)
        IS DISTINCT FROM (l.root_id, l.group_name, l.name)
)
SELECT count(*) AS appearances, (
    SELECT count(DISTINCT s.id) FROM changed AS c JOIN segments AS s ON s.video_id = c.video_id
        AND s.state = 'live' AND s.start_ms < c.end_ms AND c.start_ms < s.end_ms) AS segments
FROM changed
