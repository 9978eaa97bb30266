-- wait --
SELECT set_config('statement_timeout', '0', true),
    set_config('lock_timeout', %(lock_timeout)s, true)

-- usual_statement_timeout --
SET LOCAL statement_timeout TO DEFAULT

-- usual_lock_timeout --
SET LOCAL lock_timeout TO DEFAULT

-- lock --
SELECT pg_advisory_xact_lock(7253003)

-- open_change --
INSERT INTO people_changes (kind, actor, origin, reason, reverts, idempotency_key)
VALUES (%(kind)s, %(actor)s, %(origin)s, %(reason)s, %(reverts)s, %(idempotency_key)s)
RETURNING id

-- use_change --
SELECT set_config('clipops.people_change', %(change_id)s, true)

-- close_change --
UPDATE people_changes SET appearances = %(appearances)s, segments = %(segments)s
WHERE id = %(change_id)s

-- drop_if_empty --
DELETE FROM people_changes AS c WHERE c.id = %(change_id)s
    AND NOT EXISTS (SELECT FROM people_history AS h WHERE h.change_id = c.id)

-- find_idempotent --
SELECT id FROM people_changes WHERE idempotency_key = %(idempotency_key)s

-- mark_reverted --
UPDATE people_changes SET reverted_by = %(reverted_by)s WHERE id = %(change_id)s

-- get_change --
SELECT id, kind, actor, origin, reason, at, reverts, reverted_by, appearances, segments
FROM people_changes WHERE id = %(change_id)s

-- list_changes --
SELECT c.id, c.kind, c.actor, c.origin, c.reason, c.at, c.reverts, c.reverted_by, c.appearances,
    c.segments
FROM people_changes AS c
WHERE c.kind <> 'ingest' AND (%(before_id)s::bigint IS NULL OR c.id < %(before_id)s)
ORDER BY c.id DESC LIMIT %(limit)s

-- list_changes_of --
-- Through the rows that are the person's, each looked up in people_history_of_item; who was merged
-- into them once is told by the operations that merge and part people only
WITH own AS MATERIALIZED (
    SELECT 'person' AS item, %(person_id)s::bigint AS id
    UNION ALL SELECT 'gallery_face', id FROM gallery_faces WHERE person_id = %(person_id)s
    UNION ALL SELECT 'decision', id FROM face_decisions WHERE person_id = %(person_id)s
),
touched AS MATERIALIZED (
    SELECT h.change_id FROM own CROSS JOIN LATERAL (
        SELECT change_id FROM people_history WHERE item = own.item AND item_id = own.id OFFSET 0
    ) AS h
    UNION
    SELECT h.change_id FROM people_changes AS c
        JOIN people_history AS h ON h.change_id = c.id AND h.item = 'person'
    WHERE c.kind IN ('name', 'merge', 'unmerge', 'undo')
        AND %(person_id)s IN ((h.before ->> 'merged_into')::bigint,
            (h.after ->> 'merged_into')::bigint)
)
SELECT c.id, c.kind, c.actor, c.origin, c.reason, c.at, c.reverts, c.reverted_by, c.appearances,
    c.segments
FROM touched JOIN people_changes AS c ON c.id = touched.change_id
WHERE c.kind <> 'ingest' AND (%(before_id)s::bigint IS NULL OR c.id < %(before_id)s)
ORDER BY c.id DESC LIMIT %(limit)s

-- subjects_of --
-- The people each operation touched, the first ones first: a row's own, whose it is, and whom they
-- are or were merged into
SELECT change_id, group_name, name, id FROM (
    SELECT h.change_id, p.id, g.name AS group_name, p.name,
        row_number() OVER (PARTITION BY h.change_id ORDER BY min(h.id), min(spoken.place)) AS rank
    FROM people_history AS h
    CROSS JOIN LATERAL (VALUES
        (1, CASE WHEN h.item = 'person' THEN h.item_id END),
        (2, (h.before ->> 'person_id')::bigint), (3, (h.after ->> 'person_id')::bigint),
        (4, (h.before ->> 'merged_into')::bigint), (5, (h.after ->> 'merged_into')::bigint)
    ) AS spoken(place, id)
    JOIN people AS p ON p.id = spoken.id LEFT JOIN groups AS g ON g.id = p.group_id
    WHERE h.change_id = ANY(%(change_ids)s)
    GROUP BY h.change_id, p.id, g.name, p.name
) AS ranked
WHERE rank <= %(most)s ORDER BY change_id, rank

-- renamed_in --
SELECT change_id, item, item_id, before, after FROM people_history
WHERE change_id = ANY(%(change_ids)s) AND item = 'person'
    AND before ->> 'name' IS DISTINCT FROM after ->> 'name'
    AND before IS NOT NULL AND after IS NOT NULL
ORDER BY id

-- items_of --
SELECT change_id, item, item_id, before, after FROM people_history
WHERE change_id = ANY(%(change_ids)s) ORDER BY id

-- touched_later --
SELECT max(change_id) AS id FROM people_history
WHERE item = %(item)s AND item_id = %(item_id)s AND change_id > %(change_id)s

-- built_on --
-- Only what still stands: a face or decision that is live, a merge that was not undone
SELECT max(h.change_id) AS id FROM people_history AS h
WHERE h.change_id > %(change_id)s AND (
    h.item = 'gallery_face' AND EXISTS (SELECT FROM gallery_faces AS f
        WHERE f.id = h.item_id AND f.person_id = %(person_id)s AND f.state = 'live')
    OR h.item = 'decision' AND EXISTS (SELECT FROM face_decisions AS d
        WHERE d.id = h.item_id AND d.person_id = %(person_id)s AND d.state = 'live')
    OR h.item = 'person' AND EXISTS (SELECT FROM people AS p
        WHERE p.id = h.item_id AND p.merged_into = %(person_id)s AND p.state = 'live'))

-- restore_person --
UPDATE people AS p SET group_id = v.group_id, name = v.name, merged_into = v.merged_into,
    state = v.state
FROM people AS old, jsonb_populate_record(old, %(values)s) AS v
WHERE p.id = %(id)s AND old.id = p.id

-- restore_gallery_face --
UPDATE gallery_faces AS f SET state = v.state
FROM gallery_faces AS old, jsonb_populate_record(old, %(values)s) AS v
WHERE f.id = %(id)s AND old.id = f.id

-- restore_decision --
UPDATE face_decisions AS d SET state = v.state
FROM face_decisions AS old, jsonb_populate_record(old, %(values)s) AS v
WHERE d.id = %(id)s AND old.id = d.id

-- current_person --
SELECT to_jsonb(p) - '{root_id}'::text[] AS row FROM people AS p WHERE p.id = %(id)s

-- current_gallery_face --
SELECT to_jsonb(f) - '{known,embedding}'::text[] AS row FROM gallery_faces AS f
WHERE f.id = %(id)s

-- current_decision --
SELECT to_jsonb(d) - '{embedding,appearance_id}'::text[] AS row FROM face_decisions AS d
WHERE d.id = %(id)s

-- begin_forgetting --
SELECT set_config('clipops.people_forget', 'on', true)

-- scrub_reasons --
UPDATE people_changes SET reason = '' WHERE reason <> '' AND id IN (
    SELECT change_id FROM people_history
    WHERE item = %(item)s AND item_id = ANY(%(item_ids)s::bigint[]))

-- scrub_items --
DELETE FROM people_history WHERE item = %(item)s AND item_id = ANY(%(item_ids)s::bigint[])

-- insert_receipt --
INSERT INTO forget_receipts (id, change_id, removed, left_captions)
VALUES (%(id)s, %(change_id)s, %(removed)s, %(left_captions)s::bigint[])

-- receipt_of --
SELECT r.id, r.change_id, c.at, c.actor, c.origin, r.removed, r.left_captions
FROM forget_receipts AS r JOIN people_changes AS c ON c.id = r.change_id
WHERE r.change_id = %(change_id)s

-- list_receipts --
SELECT r.id, r.change_id, c.at, c.actor, c.origin, r.removed, r.left_captions
FROM forget_receipts AS r JOIN people_changes AS c ON c.id = r.change_id
ORDER BY r.change_id DESC LIMIT %(limit)s
