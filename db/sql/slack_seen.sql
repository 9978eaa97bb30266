-- claim --
-- The first to insert a key owns it; everyone after gets no row
INSERT INTO slack_seen (key, seen_at) VALUES (%(key)s, now())
ON CONFLICT (key) DO NOTHING
RETURNING key

-- release --
DELETE FROM slack_seen WHERE key = %(key)s

-- purge --
DELETE FROM slack_seen WHERE seen_at < now() - make_interval(hours => %(hours)s)
