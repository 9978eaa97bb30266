-- of_people --
WITH shown AS (
    SELECT id, video_id, start_ms, end_ms, current FROM appearances
    WHERE person_id = ANY(%(person_ids)s::bigint[])
),
decided AS (
    SELECT id FROM face_decisions WHERE person_id = ANY(%(person_ids)s::bigint[])
        OR appearance_id IN (SELECT id FROM shown)
)
SELECT
    coalesce((SELECT array_agg(id ORDER BY id) FROM shown), '{}') AS appearances,
    coalesce((SELECT array_agg(id ORDER BY id) FROM decided), '{}') AS decisions,
    coalesce((SELECT array_agg(id ORDER BY id) FROM gallery_faces
        WHERE person_id = ANY(%(person_ids)s::bigint[])
            OR decision_id IN (SELECT id FROM decided)), '{}') AS gallery_faces,
    coalesce((SELECT array_agg(id ORDER BY id) FROM appearances
        WHERE (candidate_id = ANY(%(person_ids)s::bigint[])
            OR second_id = ANY(%(person_ids)s::bigint[]))
            AND id NOT IN (SELECT id FROM shown)), '{}') AS undecided,
    (SELECT count(DISTINCT s.id) FROM shown AS a JOIN segments AS s ON s.video_id = a.video_id
        AND s.state = 'live' AND s.start_ms < a.end_ms AND a.start_ms < s.end_ms
        WHERE a.current) AS segments

-- strangers_like --
WITH theirs AS MATERIALIZED (
    SELECT embedding::vector({dim}) AS face FROM gallery_faces
    WHERE model_id = %(model_id)s AND person_id = ANY(%(person_ids)s::bigint[])
    UNION ALL
    SELECT embedding::vector({dim}) FROM appearances
    WHERE model_id = %(model_id)s AND person_id = ANY(%(person_ids)s::bigint[])
),
empty AS MATERIALIZED (
    SELECT f.person_id, f.embedding::vector({dim}) AS face
    FROM gallery_faces AS f JOIN people AS p ON p.id = f.person_id
    WHERE f.model_id = %(model_id)s AND p.name IS NULL AND p.merged_into IS NULL
        AND NOT EXISTS (SELECT FROM people AS m WHERE m.merged_into = p.id)
        AND NOT EXISTS (SELECT FROM appearances AS a WHERE a.person_id = p.id)
        AND NOT EXISTS (SELECT FROM face_decisions AS d WHERE d.person_id = p.id)
        AND NOT p.id = ANY(%(person_ids)s::bigint[])
)
SELECT DISTINCT person_id FROM empty
WHERE EXISTS (SELECT FROM theirs WHERE theirs.face <=> empty.face <= %(farthest)s)

-- delete_gallery_faces --
DELETE FROM gallery_faces WHERE id = ANY(%(ids)s::bigint[])

-- delete_decisions --
DELETE FROM face_decisions WHERE id = ANY(%(ids)s::bigint[])

-- delete_appearances --
DELETE FROM appearances WHERE id = ANY(%(ids)s::bigint[])

-- captions_with --
SELECT s.id, s.caption || ' ' || s.caption_ko AS words FROM segments AS s
WHERE EXISTS (SELECT FROM unnest(%(names)s::text[]) AS name
    WHERE strpos(lower(s.caption || ' ' || s.caption_ko), name) > 0)
ORDER BY s.id
