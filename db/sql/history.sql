-- open_change_set --
-- No row comes back where this idempotency key was used before
INSERT INTO change_sets (video_id, kind, actor, origin, reason, reverts, idempotency_key)
VALUES (%(video_id)s, %(kind)s, %(actor)s, %(origin)s, %(reason)s, %(reverts)s, %(idempotency_key)s)
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id

-- use_change_set --
SELECT set_config('clipops.change_set', %(change_set_id)s, true)

-- find_idempotent --
SELECT id FROM change_sets WHERE idempotency_key = %(idempotency_key)s

-- mark_reverted --
UPDATE change_sets SET reverted_by = %(reverted_by)s WHERE id = %(change_set_id)s

-- change_sets_of_video --
SELECT id, video_id, kind, actor, origin, reason, at, reverts, reverted_by FROM change_sets
WHERE video_id = %(video_id)s AND (%(before_id)s::bigint IS NULL OR id < %(before_id)s)
ORDER BY id DESC LIMIT %(limit)s

-- get_change_sets --
SELECT id, video_id, kind, actor, origin, reason, at, reverts, reverted_by FROM change_sets
WHERE id = ANY(%(change_set_ids)s) ORDER BY id DESC

-- changes_of --
-- Each touched segment as it was before and after; before is its version of the change set before
SELECT v.change_set_id, v.segment_id, v.snapshot AS after, (
    SELECT p.snapshot FROM segment_versions AS p
    WHERE p.segment_id = v.segment_id AND p.change_set_id < v.change_set_id
    ORDER BY p.change_set_id DESC LIMIT 1) AS before
FROM segment_versions AS v
WHERE v.change_set_id = ANY(%(change_set_ids)s)
ORDER BY v.change_set_id, v.segment_id

-- later_change_sets --
SELECT id, video_id, kind, actor, origin, reason, at, reverts, reverted_by FROM change_sets
WHERE video_id = %(video_id)s AND id > %(change_set_id)s
ORDER BY id DESC

-- flush --
SET CONSTRAINTS segments_history, detections_history IMMEDIATE;
SET CONSTRAINTS segments_history, detections_history DEFERRED

-- segment_history --
SELECT DISTINCT c.id FROM change_sets AS c JOIN segment_versions AS v ON v.change_set_id = c.id
WHERE v.segment_id = %(segment_id)s ORDER BY c.id DESC LIMIT %(limit)s
