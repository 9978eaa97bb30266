-- find --
SELECT thumbnail_key, file_id FROM slack_files WHERE thumbnail_key = ANY(%(keys)s)

-- remember --
-- Two uploads of one thumbnail at once: the later id wins, both files exist in Slack
INSERT INTO slack_files (thumbnail_key, file_id, uploaded_at)
VALUES (%(key)s, %(file_id)s, now())
ON CONFLICT (thumbnail_key) DO UPDATE SET file_id = EXCLUDED.file_id, uploaded_at = now()

-- forget --
DELETE FROM slack_files WHERE file_id = ANY(%(file_ids)s)
