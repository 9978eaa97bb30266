-- write_draft --
INSERT INTO caption_drafts (segment_id, revision, caption, caption_ko, author)
VALUES (%(segment_id)s, %(revision)s, %(caption)s, %(caption_ko)s, %(author)s)
ON CONFLICT (segment_id) DO UPDATE SET revision = EXCLUDED.revision, caption = EXCLUDED.caption,
    caption_ko = EXCLUDED.caption_ko, author = EXCLUDED.author, made_at = now()

-- list_drafts --
SELECT s.video_id, s.id AS segment_id, d.revision, s.start_ms, s.end_ms, s.thumbnail_ms,
    s.caption AS before, s.caption_ko AS before_ko, s.caption_author AS before_author,
    d.caption, d.caption_ko, d.author, s.revision <> d.revision AS stale
FROM caption_drafts AS d JOIN segments AS s ON s.id = d.segment_id
WHERE s.video_id = ANY(%(video_ids)s) AND s.state = 'live'
ORDER BY s.video_id, s.start_ms

-- videos_with_drafts --
SELECT DISTINCT s.video_id FROM caption_drafts AS d JOIN segments AS s ON s.id = d.segment_id
WHERE s.state = 'live' ORDER BY s.video_id

-- drop_drafts --
DELETE FROM caption_drafts WHERE segment_id = ANY(%(segment_ids)s)
