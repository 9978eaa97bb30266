-- count_live --
SELECT count(*) AS count FROM segments WHERE state = 'live'

-- live_among --
SELECT id FROM segments WHERE id = ANY(%(segment_ids)s) AND state = 'live'

-- segments_in --
-- Half of either, in whole milliseconds; what shares most comes first
SELECT wanted.position, s.id, 2 * shared.ms >= least(s.end_ms - s.start_ms,
    wanted.end_ms - wanted.start_ms) AS counts
FROM unnest(%(video_ids)s::bigint[], %(starts)s::bigint[], %(ends)s::bigint[])
    WITH ORDINALITY AS wanted(video_id, start_ms, end_ms, position)
JOIN segments AS s ON s.video_id = wanted.video_id AND s.state = 'live'
    AND s.start_ms < wanted.end_ms AND s.end_ms > wanted.start_ms
CROSS JOIN LATERAL (
    SELECT least(s.end_ms, wanted.end_ms) - greatest(s.start_ms, wanted.start_ms) AS ms
) AS shared
ORDER BY wanted.position, shared.ms DESC, s.start_ms

-- sample_captioned --
-- A hash of the number draws evenly and the same again for the same seed
SELECT id AS segment_id, caption, caption_ko FROM segments
WHERE state = 'live' AND (caption <> '' OR caption_ko <> '')
ORDER BY hashint8extended(id, %(seed)s::bigint), id
LIMIT %(count)s

-- captioned_as --
SELECT wanted.position, array_agg(s.id ORDER BY s.id) AS ids
FROM unnest(%(captions)s::text[]) WITH ORDINALITY AS wanted(caption, position)
JOIN segments AS s ON s.caption = wanted.caption AND s.state = 'live'
GROUP BY wanted.position

-- captioned_as_ko --
SELECT wanted.position, array_agg(s.id ORDER BY s.id) AS ids
FROM unnest(%(captions)s::text[]) WITH ORDINALITY AS wanted(caption, position)
JOIN segments AS s ON s.caption_ko = wanted.caption AND s.state = 'live'
GROUP BY wanted.position

-- captions_of --
SELECT id AS segment_id, caption, caption_ko FROM segments
WHERE id = ANY(%(segment_ids)s) AND state = 'live'
