-- cameras --
SELECT id, name FROM cameras ORDER BY name, id

-- groups --
SELECT id, name FROM groups ORDER BY name, id

-- people_called --
SELECT p.root_id, p.name FROM people AS p JOIN groups AS g ON g.id = p.group_id
WHERE p.state = 'live' AND (%(text)s IN (lower(p.name), lower(g.name) || '/' || lower(p.name))
    OR p.name LIKE '%%"%%' AND lower(replace(p.name, '"', ' ')) = %(text)s)

-- people --
SELECT p.name, g.name AS group_name FROM people AS p JOIN groups AS g ON g.id = p.group_id
WHERE p.state = 'live' ORDER BY p.id LIMIT 10000

-- video_numbered --
SELECT id FROM videos WHERE id = %(number)s

-- videos_called --
SELECT id FROM videos WHERE source = %(text)s OR path = %(text)s OR title = %(text)s ORDER BY id

-- videos_like --
SELECT id FROM videos WHERE strpos(lower(normalize(title, NFKC)), %(text)s) > 0
ORDER BY id

-- titles --
-- Titles that share a beginning with the text; more would only slow a wrong spelling down
SELECT DISTINCT title FROM videos
WHERE lower(left(title, 1)) = lower(left(%(text)s, 1)) ORDER BY title LIMIT 5000
