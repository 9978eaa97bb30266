-- record --
-- The stretch is copied from the segment; the same mark twice is one
INSERT INTO search_feedback (query, language, video_id, segment_id, start_ms, end_ms, kind, actor,
    origin, rank)
SELECT %(query)s, %(language)s, s.video_id, s.id, s.start_ms, s.end_ms, %(kind)s, %(actor)s,
    %(origin)s, %(rank)s
FROM segments AS s WHERE s.id = %(segment_id)s
ON CONFLICT (actor, lower(query), segment_id, kind) DO NOTHING
RETURNING id

-- segment_exists --
SELECT EXISTS (SELECT FROM segments WHERE id = %(segment_id)s) AS found

-- withdraw_opposite --
DELETE FROM search_feedback
WHERE actor = %(actor)s AND lower(query) = lower(%(query)s) AND segment_id = %(segment_id)s
    AND kind = %(opposite)s

-- withdraw --
DELETE FROM search_feedback
WHERE actor = %(actor)s AND lower(query) = lower(%(query)s) AND segment_id = %(segment_id)s
    AND kind = %(kind)s

-- marks_of --
-- One row per marked segment, with all this person did with it
SELECT segment_id, array_agg(kind ORDER BY kind) AS kinds
FROM search_feedback
WHERE actor = %(actor)s AND lower(query) = lower(%(query)s) AND segment_id IS NOT NULL
GROUP BY segment_id

-- pairs --
-- People are counted, not marks: who clicks ten times clicked
SELECT lower(f.query) AS query, f.language, f.video_id, v.title, f.start_ms, f.end_ms, f.kind,
    count(DISTINCT f.actor) AS actors,
    array_agg(f.rank ORDER BY f.at, f.id) FILTER (WHERE f.rank IS NOT NULL) AS ranks,
    max(f.at) AS latest_at
FROM search_feedback AS f JOIN videos AS v ON v.id = f.video_id
GROUP BY lower(f.query), f.language, f.video_id, v.title, f.start_ms, f.end_ms, f.kind
ORDER BY lower(f.query), f.video_id, f.start_ms, f.end_ms, f.kind
