-- list_segments --
-- Live segments of a video, in order, with what was seen in them
SELECT segment_snapshot(s.id) AS snapshot FROM segments AS s
WHERE s.video_id = %(video_id)s AND s.state = 'live'
ORDER BY s.start_ms

-- neighbours --
-- The live segments nearest before and after one, in order, with that one between them
SELECT segment_snapshot(n.id) AS snapshot FROM (
    (SELECT s.id, s.start_ms FROM segments AS s
    WHERE s.video_id = %(video_id)s AND s.state = 'live' AND s.start_ms < %(start_ms)s
    ORDER BY s.start_ms DESC LIMIT %(each)s)
    UNION ALL
    (SELECT s.id, s.start_ms FROM segments AS s
    WHERE s.video_id = %(video_id)s AND s.state = 'live' AND s.start_ms >= %(start_ms)s
    ORDER BY s.start_ms LIMIT %(each)s + 1)
) AS n ORDER BY n.start_ms

-- get_segments --
SELECT segment_snapshot(s.id) AS snapshot FROM segments AS s
WHERE s.id = ANY(%(segment_ids)s)
ORDER BY s.start_ms

-- insert_segment --
INSERT INTO segments (video_id, start_ms, end_ms, kind, caption, caption_ko, caption_author,
    needs_caption, state, thumbnail_ms)
VALUES (%(video_id)s, %(start_ms)s, %(end_ms)s, %(kind)s, %(caption)s, %(caption_ko)s,
    %(caption_author)s, %(needs_caption)s, %(state)s, %(thumbnail_ms)s)
RETURNING id

-- update_segment --
UPDATE segments SET start_ms = %(start_ms)s, end_ms = %(end_ms)s, kind = %(kind)s,
    caption = %(caption)s, caption_ko = %(caption_ko)s, caption_author = %(caption_author)s,
    needs_caption = %(needs_caption)s, state = %(state)s, thumbnail_ms = %(thumbnail_ms)s
WHERE id = %(id)s

-- delete_detections --
DELETE FROM detections WHERE segment_id = %(segment_id)s

-- insert_detection --
INSERT INTO detections (segment_id, label, start_ms, end_ms, at_ms, score, box_left, box_top,
    box_width, box_height, attributes)
VALUES (%(segment_id)s, %(label)s, %(start_ms)s, %(end_ms)s, %(at_ms)s, %(score)s, %(box_left)s,
    %(box_top)s, %(box_width)s, %(box_height)s, %(attributes)s)
