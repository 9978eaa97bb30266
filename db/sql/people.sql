-- get_people --
SELECT p.id, p.name, g.name AS group_name, p.merged_into, p.state
FROM people AS p LEFT JOIN groups AS g ON g.id = p.group_id
WHERE p.id = ANY(%(person_ids)s::bigint[])

-- root_of --
SELECT r.id, r.name, g.name AS group_name, r.merged_into, r.state
FROM people AS p JOIN people AS r ON r.id = p.root_id LEFT JOIN groups AS g ON g.id = r.group_id
WHERE p.id = %(person_id)s

-- tree_of --
SELECT DISTINCT t.id FROM people AS p JOIN people AS t ON t.root_id = p.root_id
WHERE p.id = ANY(%(person_ids)s::bigint[])

-- below --
WITH RECURSIVE below AS (
    SELECT unnest(%(person_ids)s::bigint[]) AS id
    UNION
    SELECT p.id FROM people AS p JOIN below ON p.merged_into = below.id
)
SELECT id FROM below

-- find_by_name --
SELECT p.id, p.root_id, p.name, g.name AS group_name, p.merged_into, p.state
FROM people AS p JOIN groups AS g ON g.id = p.group_id
WHERE p.state = 'live' AND lower(p.name) = %(name)s
    AND (%(group)s::text IS NULL OR lower(g.name) = %(group)s)
ORDER BY p.id

-- all_named --
SELECT p.id, p.name, g.name AS group_name, p.merged_into, p.state
FROM people AS p JOIN groups AS g ON g.id = p.group_id WHERE p.state = 'live'
ORDER BY p.id LIMIT 10000

-- list_people --
-- Counts over everybody merged together; a picture that was enrolled goes before one that was seen
WITH seen AS (
    SELECT p.root_id, count(*) AS appearances, count(DISTINCT a.video_id) AS videos,
        (array_agg(a.id ORDER BY a.size_px DESC))[1] AS seen_crop
    FROM appearances AS a JOIN people AS p ON p.id = a.person_id
    WHERE a.current GROUP BY p.root_id
),
faces AS (
    SELECT p.root_id, count(*) AS gallery_faces,
        (array_agg(f.id ORDER BY f.kind <> 'enrolled', f.size_px DESC)
            FILTER (WHERE f.has_crop))[1] AS gallery_crop
    FROM gallery_faces AS f JOIN people AS p ON p.id = f.person_id
    WHERE f.state = 'live' GROUP BY p.root_id
)
SELECT p.id, p.name, g.name AS group_name, p.merged_into, p.state,
    coalesce(s.appearances, 0) AS appearances, coalesce(s.videos, 0) AS videos,
    coalesce(f.gallery_faces, 0) AS gallery_faces, f.gallery_crop, s.seen_crop
FROM people AS p LEFT JOIN groups AS g ON g.id = p.group_id
    LEFT JOIN seen AS s ON s.root_id = p.id LEFT JOIN faces AS f ON f.root_id = p.id
WHERE p.state = 'live' AND p.merged_into IS NULL
    AND (p.name IS NOT NULL OR s.appearances > 0)
    AND (%(kind)s::text IS NULL OR (%(kind)s = 'named') = (p.name IS NOT NULL))
ORDER BY p.name IS NULL, lower(g.name), lower(p.name), s.appearances DESC NULLS LAST, p.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_people --
SELECT count(*) AS count FROM people AS p
WHERE p.state = 'live' AND p.merged_into IS NULL
    AND (p.name IS NOT NULL OR EXISTS (
        SELECT FROM people AS m JOIN appearances AS a ON a.person_id = m.id AND a.current
        WHERE m.root_id = p.id))
    AND (%(kind)s::text IS NULL OR (%(kind)s = 'named') = (p.name IS NOT NULL))

-- summary_of --
SELECT p.id, p.name, g.name AS group_name, p.merged_into, p.state,
    s.appearances, s.videos, f.gallery_faces, f.gallery_crop, s.seen_crop
FROM people AS p LEFT JOIN groups AS g ON g.id = p.group_id
CROSS JOIN LATERAL (
    SELECT count(*) AS appearances, count(DISTINCT a.video_id) AS videos,
        (array_agg(a.id ORDER BY a.size_px DESC))[1] AS seen_crop
    FROM people AS m JOIN appearances AS a ON a.person_id = m.id AND a.current
    WHERE m.root_id = p.id) AS s
CROSS JOIN LATERAL (
    SELECT count(*) AS gallery_faces,
        (array_agg(f.id ORDER BY f.kind <> 'enrolled', f.size_px DESC)
            FILTER (WHERE f.has_crop))[1] AS gallery_crop
    FROM people AS m JOIN gallery_faces AS f ON f.person_id = m.id AND f.state = 'live'
    WHERE m.root_id = p.id) AS f
WHERE p.id = %(person_id)s

-- merged_under --
SELECT p.id, p.root_id, p.name, g.name AS group_name, p.merged_into, p.state
FROM people AS p LEFT JOIN groups AS g ON g.id = p.group_id
WHERE p.root_id = ANY(%(root_ids)s::bigint[]) AND p.id <> p.root_id AND p.state = 'live'
ORDER BY p.id

-- merged_into --
SELECT p.id, p.name, g.name AS group_name, p.merged_into, p.state
FROM people AS p LEFT JOIN groups AS g ON g.id = p.group_id
WHERE p.merged_into = %(person_id)s AND p.state = 'live'
ORDER BY (SELECT max(change_id) FROM people_history
    WHERE item = 'person' AND item_id = p.id) DESC

-- list_groups --
SELECT g.name, count(*) AS people FROM groups AS g JOIN people AS p ON p.group_id = g.id
WHERE p.state = 'live' AND p.merged_into IS NULL
GROUP BY g.name ORDER BY lower(g.name)

-- maybe_named_in --
-- What stands anywhere in the text; whether as a word of its own is looked at afterwards
SELECT p.root_id, p.name, g.name AS group_name
FROM people AS p JOIN groups AS g ON g.id = p.group_id
WHERE p.state = 'live'
    AND (strpos(%(text)s, lower(p.name)) > 0 OR strpos(%(text)s, lower(g.name)) > 0)

-- maybe_named_in_part --
-- Names of several words with one of them in the text, and Korean ones with the given name in it
SELECT p.root_id, p.name FROM people AS p
WHERE p.state = 'live' AND (
    p.name LIKE '%%_ _%%' AND EXISTS (SELECT FROM regexp_split_to_table(lower(p.name), '\s+') AS word
        WHERE length(word) >= 3 AND strpos(%(text)s, word) > 0)
    OR length(p.name) = 3 AND strpos(%(text)s, right(p.name, 2)) > 0)

-- groups_maybe_in --
SELECT id, name FROM groups WHERE strpos(%(text)s, lower(name)) > 0

-- ensure_group --
INSERT INTO groups (name) VALUES (%(name)s)
ON CONFLICT (lower(name)) DO UPDATE SET name = groups.name
RETURNING id

-- insert_person --
INSERT INTO people (group_id, name) VALUES (%(group_id)s, %(name)s) RETURNING id

-- insert_strangers --
INSERT INTO people (name) SELECT NULL FROM generate_series(1, %(many)s) RETURNING id

-- set_name --
UPDATE people SET group_id = %(group_id)s, name = %(name)s WHERE id = %(person_id)s

-- set_merged_into --
UPDATE people SET merged_into = %(into_id)s WHERE id = %(person_id)s

-- delete_people --
DELETE FROM people WHERE id = ANY(%(person_ids)s::bigint[])

-- delete_empty_groups --
DELETE FROM groups AS g
WHERE NOT EXISTS (SELECT FROM people AS p WHERE p.group_id = g.id)
    AND NOT EXISTS (SELECT FROM appearances AS a WHERE a.group_id = g.id)

-- empty_strangers --
SELECT p.id FROM people AS p
WHERE p.id = ANY(%(person_ids)s::bigint[]) AND p.name IS NULL AND p.merged_into IS NULL
    AND NOT EXISTS (SELECT FROM appearances AS a
        WHERE p.id IN (a.person_id, a.candidate_id, a.second_id))
    AND NOT EXISTS (SELECT FROM face_decisions AS d WHERE d.person_id = p.id)
    AND NOT EXISTS (SELECT FROM people AS m WHERE m.merged_into = p.id)
    AND NOT EXISTS (SELECT FROM people_history AS h JOIN people_changes AS c ON c.id = h.change_id
        WHERE h.item = 'person' AND h.item_id = p.id AND c.kind <> 'ingest')
