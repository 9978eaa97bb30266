-- insert --
INSERT INTO face_decisions (video_id, model_id, person_id, verdict, start_ms, end_ms, at_ms,
    box_left, box_top, box_width, box_height, embedding, appearance_id)
SELECT a.video_id, a.model_id, %(person_id)s, %(verdict)s, a.start_ms, a.end_ms, a.at_ms,
    a.box_left, a.box_top, a.box_width, a.box_height, a.embedding, a.id
FROM appearances AS a WHERE a.id = %(appearance_id)s
RETURNING id

-- of_video --
SELECT id, video_id, model_id, person_id, verdict, start_ms, end_ms, at_ms, box_left, box_top,
    box_width, box_height, embedding::text AS vector, appearance_id,
    state = 'removed' AS removed
FROM face_decisions WHERE video_id = %(video_id)s ORDER BY id DESC

-- on_appearance --
SELECT id FROM face_decisions
WHERE appearance_id = %(appearance_id)s AND verdict = %(verdict)s AND state = 'live'
    AND (%(person_ids)s::bigint[] = '{}' OR person_id = ANY(%(person_ids)s::bigint[]))

-- remove --
UPDATE face_decisions SET state = 'removed'
WHERE id = ANY(%(decision_ids)s::bigint[]) AND state = 'live'

-- link --
UPDATE face_decisions SET appearance_id = %(appearance_id)s WHERE id = %(decision_id)s

-- linked --
SELECT DISTINCT appearance_id FROM face_decisions
WHERE id = ANY(%(decision_ids)s::bigint[]) AND appearance_id IS NOT NULL

-- make_manual --
UPDATE appearances AS a SET decision = 'manual', person_id = d.person_id, group_id = NULL,
    cosine = NULL, candidate_id = NULL, candidate_cosine = NULL, second_id = NULL,
    second_cosine = NULL
FROM face_decisions AS d
WHERE a.id = ANY(%(appearance_ids)s::bigint[]) AND d.appearance_id = a.id AND d.verdict = 'is'
    AND d.state = 'live'

-- make_automatic --
UPDATE appearances AS a SET decision = 'auto'
WHERE a.id = ANY(%(appearance_ids)s::bigint[]) AND a.decision = 'manual'
    AND NOT EXISTS (SELECT FROM face_decisions AS d
        WHERE d.appearance_id = a.id AND d.verdict = 'is' AND d.state = 'live')

-- vectors_of --
SELECT model_id, embedding::text AS vector FROM face_decisions
WHERE id = ANY(%(decision_ids)s::bigint[]) AND verdict = 'is not'
