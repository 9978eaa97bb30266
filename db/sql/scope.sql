-- camera --
v.camera_id = ANY(%({p})s::bigint[])

-- not_camera --
coalesce(v.camera_id <> ALL(%({p})s::bigint[]), true)

-- video --
s.video_id = ANY(%({p})s::bigint[])

-- not_video --
s.video_id <> ALL(%({p})s::bigint[])

-- person --
EXISTS (SELECT FROM people AS p JOIN appearances AS a ON a.person_id = p.id AND a.current
    WHERE p.root_id = ANY(%({p})s::bigint[]) AND a.video_id = s.video_id
        AND a.start_ms < s.end_ms AND a.end_ms > s.start_ms)

-- group --
-- One of its people, or somebody of whom only the group is sure
EXISTS (SELECT FROM appearances AS a
        LEFT JOIN people AS p ON p.id = a.person_id LEFT JOIN people AS r ON r.id = p.root_id
    WHERE a.video_id = s.video_id AND a.current
        AND a.start_ms < s.end_ms AND a.end_ms > s.start_ms
        AND (a.group_id = ANY(%({p})s::bigint[])
            OR r.group_id = ANY(%({p})s::bigint[]) AND r.state = 'live'))

-- object --
EXISTS (SELECT FROM detections AS d WHERE d.segment_id = s.id AND d.label = ANY(%({p})s::text[]))

-- clothes --
-- All of it on one person
EXISTS (SELECT FROM detections AS d WHERE d.segment_id = s.id AND {worn})

-- worn_colour --
d.attributes ->> '{attribute}' = %({p})s

-- worn_any_colour --
(d.attributes ->> 'upper' = %({p})s OR d.attributes ->> 'lower' = %({p})s)

-- worn_kind --
d.attributes ->> '{attribute}' = %({p})s

-- worn_kind_if_known --
coalesce(d.attributes ->> '{attribute}' = %({p})s, true)

-- after --
-- The first line is for the index: no moment comes later than its video starts, plus the longest
coalesce(v.recorded_at, v.added_at)
    > %({p})s - (SELECT max(duration_ms) FROM videos) * interval '1 millisecond'
AND coalesce(v.recorded_at, v.added_at) + s.end_ms * interval '1 millisecond' > %({p})s

-- before --
coalesce(v.recorded_at, v.added_at) < %({p})s
AND coalesce(v.recorded_at, v.added_at) + s.start_ms * interval '1 millisecond' < %({p})s

-- within --
EXISTS (SELECT FROM unnest(%({p}_starts)s::timestamptz[], %({p}_ends)s::timestamptz[])
        AS t(starts, ends)
    WHERE coalesce(v.recorded_at, v.added_at) < t.ends
        AND coalesce(v.recorded_at, v.added_at) + s.start_ms * interval '1 millisecond' < t.ends
        AND coalesce(v.recorded_at, v.added_at) + s.end_ms * interval '1 millisecond' > t.starts)

-- not_between --
(coalesce(v.recorded_at, v.added_at) + s.end_ms * interval '1 millisecond' <= %({p}_start)s
OR coalesce(v.recorded_at, v.added_at) + s.start_ms * interval '1 millisecond' >= %({p}_end)s)

-- longer --
s.end_ms - s.start_ms >= %({p})s

-- not_longer --
s.end_ms - s.start_ms < %({p})s

-- phrase --
-- The words first, by the index; then that they stand together
s.text_search @@ %({p}_terms)s::tsquery
AND (normalize(s.caption, NFKC) ~* %({p})s OR normalize(s.caption_ko, NFKC) ~* %({p})s)

-- not_phrase --
NOT (normalize(s.caption, NFKC) ~* %({p})s OR normalize(s.caption_ko, NFKC) ~* %({p})s)

-- not_word --
NOT s.text_search @@ %({p}_terms)s::tsquery

-- all_terms --
SELECT string_agg(term::text, ' & ') AS terms FROM search_terms(%(text)s) AS term

-- videos --
-- The videos that pass as a whole, and those that do in part
SELECT array_agg(id) FILTER (WHERE whole) AS whole, array_agg(id) FILTER (WHERE NOT whole) AS part
FROM (SELECT v.id, {whole} AS whole FROM videos AS v WHERE {part} LIMIT %(most)s) AS passing

-- camera_of_video --
v.camera_id = ANY(%({p})s::bigint[])

-- not_camera_of_video --
coalesce(v.camera_id <> ALL(%({p})s::bigint[]), true)

-- video_of_video --
v.id = ANY(%({p})s::bigint[])

-- not_video_of_video --
v.id <> ALL(%({p})s::bigint[])

-- after_part --
coalesce(v.recorded_at, v.added_at)
    > %({p})s - (SELECT max(duration_ms) FROM videos) * interval '1 millisecond'
AND coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond' > %({p})s

-- after_whole --
coalesce(v.recorded_at, v.added_at) >= %({p})s

-- before_part --
coalesce(v.recorded_at, v.added_at) < %({p})s

-- before_whole --
coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond' <= %({p})s

-- within_part --
EXISTS (SELECT FROM unnest(%({p}_starts)s::timestamptz[], %({p}_ends)s::timestamptz[])
        AS t(starts, ends)
    WHERE coalesce(v.recorded_at, v.added_at) < t.ends
        AND coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond'
            > t.starts)

-- within_whole --
EXISTS (SELECT FROM unnest(%({p}_starts)s::timestamptz[], %({p}_ends)s::timestamptz[])
        AS t(starts, ends)
    WHERE coalesce(v.recorded_at, v.added_at) >= t.starts
        AND coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond'
            <= t.ends)

-- not_between_part --
(coalesce(v.recorded_at, v.added_at) < %({p}_start)s
OR coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond' > %({p}_end)s)

-- not_between_whole --
(coalesce(v.recorded_at, v.added_at) + v.duration_ms * interval '1 millisecond' <= %({p}_start)s
OR coalesce(v.recorded_at, v.added_at) >= %({p}_end)s)

-- passing --
passing AS MATERIALIZED (SELECT %(scope_bits)s::bytea AS videos),
passing_segments AS MATERIALIZED (
    SELECT id FROM unnest(%(scope_segments)s::bigint[]) AS listed(id))

-- in_videos --
-- A bit for each video up to the last that passes, looked up in no time where a hash of ten
-- thousand takes every leg milliseconds
CASE WHEN {video_id} < %(scope_ids)s
    THEN get_bit((SELECT videos FROM passing), {video_id}) = 1 ELSE false END

-- in_videos_or_parts --
({in_videos} OR {segment_id} IN (SELECT id FROM passing_segments))

-- in_videos_or_edges --
({in_videos} OR {video_id} = ANY(%(scope_edges)s::bigint[]))

-- members_of_videos --
SELECT s.id FROM segments AS s
WHERE s.video_id = ANY(%(videos)s::bigint[]) AND s.state = 'live'
UNION ALL
SELECT id FROM unnest(%(segments)s::bigint[]) AS listed(id) LIMIT %(most)s

-- parts_of_videos --
-- What passes of the videos that pass in part
SELECT s.id FROM segments AS s JOIN videos AS v ON v.id = s.video_id
WHERE s.state = 'live' AND s.video_id = ANY(%(part_videos)s::bigint[]) AND {conditions}
LIMIT %(most)s

-- moments_per_video --
-- By the statistics; few videos are counted, since nobody analyzes a table of fifty rows
SELECT s.reltuples / CASE WHEN v.reltuples > 0 THEN v.reltuples
    ELSE greatest((SELECT count(*) FROM (SELECT FROM videos LIMIT 1000) AS few), 1) END AS share
FROM pg_class AS s, pg_class AS v
WHERE s.oid = 'segments'::regclass AND v.oid = 'videos'::regclass AND s.reltuples > 0

-- members --
-- The segments that pass, as many as asked for; which of them come first is left open
SELECT s.id FROM segments AS s JOIN videos AS v ON v.id = s.video_id
WHERE s.state = 'live' AND {conditions} LIMIT %(most)s

-- listing --
-- What passes, by the time it happened; the segments of a video lie in its order
SELECT s.id AS segment_id, s.video_id, s.start_ms, s.end_ms, s.kind = 'quiet' AS quiet
FROM videos AS v JOIN LATERAL (
    SELECT s.* FROM segments AS s WHERE s.video_id = v.id AND s.state = 'live' AND {conditions}
    ORDER BY s.start_ms {direction}) AS s ON true
WHERE {of_videos}
ORDER BY coalesce(v.recorded_at, v.added_at) {direction}, v.id {direction}, s.start_ms {direction}
LIMIT %(most)s

-- listing_of --
SELECT s.id AS segment_id, s.video_id, s.start_ms, s.end_ms, s.kind = 'quiet' AS quiet
FROM unnest(%(scope)s::bigint[]) AS m(id) JOIN segments AS s ON s.id = m.id
    JOIN videos AS v ON v.id = s.video_id
ORDER BY coalesce(v.recorded_at, v.added_at) {direction}, v.id {direction}, s.start_ms {direction}
