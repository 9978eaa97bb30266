-- list_videos --
-- Newest first, each with its number of live segments and the cover to show
SELECT v.*, c.name AS camera,
    (SELECT count(*) FROM segments AS s WHERE s.video_id = v.id AND s.state = 'live') AS segment_count
FROM videos AS v LEFT JOIN cameras AS c ON c.id = v.camera_id
ORDER BY v.added_at DESC, v.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- get_video --
SELECT v.*, c.name AS camera,
    (SELECT count(*) FROM segments AS s WHERE s.video_id = v.id AND s.state = 'live') AS segment_count
FROM videos AS v LEFT JOIN cameras AS c ON c.id = v.camera_id
WHERE v.id = %(video_id)s

-- find_by_sha256 --
SELECT id FROM videos WHERE sha256 = %(sha256)s

-- find_by_source --
SELECT id FROM videos WHERE source = %(source)s OR path = %(source)s OR title = %(source)s
ORDER BY id LIMIT 1

-- count_videos --
SELECT count(*) AS count FROM videos

-- insert_video --
-- Same bytes twice is one video: the second insert returns no row
INSERT INTO videos (source, path, sha256, title, camera_id, fixed_camera, recorded_at, duration_ms,
    start_ms, fps, width, height, codec, container, rotation, has_audio, browser_playable)
VALUES (%(source)s, %(path)s, %(sha256)s, %(title)s, %(camera_id)s, %(fixed_camera)s,
    %(recorded_at)s, %(duration_ms)s, %(start_ms)s, %(fps)s, %(width)s, %(height)s, %(codec)s,
    %(container)s, %(rotation)s, %(has_audio)s, %(browser_playable)s)
ON CONFLICT (sha256) DO NOTHING
RETURNING id

-- move_video --
-- The same bytes were found at another place and the old one is gone
UPDATE videos SET path = %(path)s, source = %(source)s WHERE id = %(video_id)s

-- set_progress --
UPDATE videos SET status = %(status)s, stage = %(stage)s, progress = %(progress)s, error = %(error)s
WHERE id = %(video_id)s

-- set_fixed_camera --
UPDATE videos SET fixed_camera = %(fixed_camera)s WHERE id = %(video_id)s

-- finished_stages --
SELECT stage, took_ms FROM video_stages WHERE video_id = %(video_id)s

-- finish_stage --
INSERT INTO video_stages (video_id, stage, took_ms) VALUES (%(video_id)s, %(stage)s, %(took_ms)s)
ON CONFLICT (video_id, stage) DO UPDATE SET finished_at = now(), took_ms = EXCLUDED.took_ms

-- finish_failure --
DELETE FROM stage_failures WHERE video_id = %(video_id)s AND stage = %(stage)s

-- fail_stage --
INSERT INTO stage_failures (video_id, stage, error) VALUES (%(video_id)s, %(stage)s, %(error)s)
ON CONFLICT (video_id, stage) DO UPDATE SET failed_at = now(), error = EXCLUDED.error, begun = 0

-- begin_stage --
INSERT INTO stage_failures (video_id, stage, error, begun)
VALUES (%(video_id)s, %(stage)s, %(error)s, 1)
ON CONFLICT (video_id, stage) DO UPDATE SET begun = stage_failures.begun + 1
RETURNING begun

-- leave_stage --
-- An orderly end before the result: it was no death, and what failed before is remembered
UPDATE stage_failures SET begun = 0 WHERE video_id = %(video_id)s AND stage = %(stage)s

-- forget_begun --
DELETE FROM stage_failures
WHERE video_id = %(video_id)s AND stage = %(stage)s AND error = %(error)s AND begun = 0

-- has_progressed --
UPDATE stage_failures SET begun = 1
WHERE video_id = %(video_id)s AND stage = %(stage)s AND begun > 1

-- failed_stages --
SELECT stage, error FROM stage_failures WHERE video_id = %(video_id)s ORDER BY failed_at, stage

-- with_failed_stages --
SELECT DISTINCT video_id FROM stage_failures ORDER BY video_id

-- has_vectors --
SELECT EXISTS (SELECT FROM segments AS s JOIN segment_vectors AS v ON v.segment_id = s.id
    JOIN embedding_spaces AS e ON e.id = v.space_id
    WHERE s.video_id = %(video_id)s AND e.kind = 'caption' AND e.state = 'active') AS found

-- redo_stage --
DELETE FROM video_stages WHERE video_id = %(video_id)s AND stage = %(stage)s

-- lock_video --
-- Two edits of one video, or an edit and a stage, wait for each other here
SELECT id, duration_ms FROM videos WHERE id = %(video_id)s FOR UPDATE

-- upsert_camera --
INSERT INTO cameras (name, timezone) VALUES (%(name)s, %(timezone)s)
ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name
RETURNING id

-- find_camera --
SELECT id, name, uri, timezone FROM cameras WHERE name = %(name)s

-- list_cameras --
SELECT id, name, uri, timezone FROM cameras ORDER BY name
