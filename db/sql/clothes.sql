-- candidates --
-- The people likeliest to be dressed as wanted: what was measured of their clothes agrees with more
-- of it and contradicts less; surer sightings first. The source gives the ids of those to rank
WITH source AS ({source}),
wanted_colours AS (
    SELECT colour, part FROM unnest(%(colours)s::text[], %(parts)s::text[]) AS listed(colour, part)
),
wanted_kinds AS (
    SELECT attribute, kind FROM unnest(%(attributes)s::text[], %(kinds)s::text[])
        AS listed(attribute, kind)
),
people AS (
    SELECT d.id, d.segment_id, d.start_ms, d.end_ms, d.at_ms, d.score, d.box_left, d.box_top,
        d.box_width, d.box_height, d.attributes, s.video_id,
        d.attributes ->> 'upper' AS upper, d.attributes ->> 'lower' AS lower
    FROM source JOIN detections AS d USING (id) JOIN segments AS s ON s.id = d.segment_id
)
SELECT p.id, p.segment_id, p.video_id, p.start_ms, p.end_ms, p.at_ms, p.score, p.box_left, p.box_top,
    p.box_width, p.box_height, p.attributes, coalesce(c.fit, 0) + k.fit AS fit
FROM people AS p
CROSS JOIN LATERAL (
    SELECT sum(CASE
        WHEN (w.part <> 'lower' AND p.upper = w.colour) OR (w.part <> 'upper' AND p.lower = w.colour)
            THEN 1
        WHEN w.part = 'upper' AND p.upper <> w.colour THEN -1
        WHEN w.part = 'lower' AND p.lower <> w.colour THEN -1
        WHEN w.part = 'any' AND p.upper <> w.colour AND p.lower <> w.colour THEN -1
        ELSE 0 END) AS fit
    FROM wanted_colours AS w
) AS c
CROSS JOIN LATERAL (
    SELECT count(*) AS fit FROM wanted_kinds AS w WHERE p.attributes ->> w.attribute = w.kind
) AS k
ORDER BY fit DESC, p.score DESC, p.id
LIMIT %(limit)s

-- anywhere --
-- The surest people in each colour, in two of them, in each kind of garment, in a kind of its colour,
-- and of all; each read in the order of an index
SELECT d.id FROM unnest(%(colours)s::text[], %(parts)s::text[]) AS w(colour, part)
CROSS JOIN LATERAL (
    SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
    WHERE d.attributes ->> 'upper' = w.colour AND w.part <> 'lower'
        AND d.label = 'person' AND d.score >= %(confidence)s
    ORDER BY d.score DESC, d.id LIMIT %(limit)s) AS d
UNION
SELECT d.id FROM unnest(%(colours)s::text[], %(parts)s::text[]) AS w(colour, part)
CROSS JOIN LATERAL (
    SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
    WHERE d.attributes ->> 'lower' = w.colour AND w.part <> 'upper'
        AND d.label = 'person' AND d.score >= %(confidence)s
    ORDER BY d.score DESC, d.id LIMIT %(limit)s) AS d
UNION
SELECT d.id FROM unnest(%(colours)s::text[], %(parts)s::text[]) AS one(colour, part)
JOIN unnest(%(colours)s::text[], %(parts)s::text[]) AS other(colour, part)
    ON one.part <> 'lower' AND other.part <> 'upper'
CROSS JOIN LATERAL (
    SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
    WHERE d.attributes ->> 'upper' = one.colour AND d.attributes ->> 'lower' = other.colour
        AND d.label = 'person' AND d.score >= %(confidence)s
    ORDER BY d.score DESC, d.id LIMIT %(limit)s) AS d
UNION
{kinds_source}
(SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
 WHERE d.label = 'person' AND d.score >= %(confidence)s
 ORDER BY d.score DESC, d.id LIMIT %(limit)s)

-- of_kind --
SELECT d.id FROM unnest(%(attributes)s::text[], %(kinds)s::text[]) AS w(attribute, kind)
CROSS JOIN LATERAL (
    SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
    WHERE d.attributes ->> '{kind}' = w.kind
        AND d.label = 'person' AND d.score >= %(confidence)s
    ORDER BY d.score DESC, d.id LIMIT %(limit)s) AS d
WHERE w.attribute = '{kind}'
UNION

-- of_kind_in_colour --
SELECT d.id FROM unnest(%(attributes)s::text[], %(kinds)s::text[]) AS w(attribute, kind)
CROSS JOIN (
    SELECT colour FROM unnest(%(colours)s::text[], %(parts)s::text[]) AS c(colour, part)
    WHERE part IN ('any', '{colour}')
    UNION
    SELECT kind FROM unnest(%(attributes)s::text[], %(kinds)s::text[]) AS c(attribute, kind)
    WHERE attribute = '{colour}') AS c(colour)
CROSS JOIN LATERAL (
    SELECT d.id FROM detections AS d JOIN segments AS s ON s.id = d.segment_id AND s.state = 'live'
    WHERE d.attributes ->> '{kind}' = w.kind AND d.attributes ->> '{colour}' = c.colour
        AND d.label = 'person' AND d.score >= %(confidence)s
    ORDER BY d.score DESC, d.id LIMIT %(limit)s) AS d
WHERE w.attribute = '{kind}'
UNION

-- within --
-- Everybody in some videos
SELECT d.id FROM segments AS s JOIN detections AS d ON d.segment_id = s.id
WHERE s.video_id = ANY(%(video_ids)s) AND s.state = 'live' AND d.label = 'person'
    AND d.score >= %(confidence)s

-- videos_of --
-- The videos of a camera, or all, oldest first
SELECT v.id FROM videos AS v
WHERE %(camera_id)s IS NULL OR v.camera_id = %(camera_id)s
ORDER BY v.id

-- segment_at --
-- The live segment on screen at a time
SELECT id FROM segments
WHERE video_id = %(video_id)s AND state = 'live' AND start_ms <= %(at_ms)s AND end_ms > %(at_ms)s
