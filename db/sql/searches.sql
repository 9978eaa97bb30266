-- save --
-- A repeated delivery of one search writes it once
INSERT INTO searches (id, query, user_id, team_id, channel_id, created_at)
VALUES (%(id)s, %(query)s, %(user_id)s, %(team_id)s, %(channel_id)s, now())
ON CONFLICT (id) DO NOTHING

-- load --
SELECT id, query, user_id, team_id, channel_id, created_at FROM searches WHERE id = %(id)s

-- purge --
DELETE FROM searches WHERE created_at < now() - make_interval(days => %(days)s)
