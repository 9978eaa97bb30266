-- find_model --
SELECT id, model, revision, dim FROM face_models WHERE model = %(model)s AND revision = %(revision)s

-- list_models --
SELECT id, model, revision, dim FROM face_models ORDER BY id

-- lock_models --
SELECT pg_advisory_xact_lock(7253004)

-- insert_model --
INSERT INTO face_models (model, revision, dim) VALUES (%(model)s, %(revision)s, %(dim)s)
RETURNING id, model, revision, dim

-- create_indexes --
-- The vector column has no dimension of its own, so each index names the model's; the query has to
-- say the same words to use it
CREATE INDEX gallery_{model_id}_known ON gallery_faces
    USING hnsw ((embedding::vector({dim})) vector_cosine_ops)
    WHERE model_id = {model_id} AND state = 'live' AND known;
CREATE INDEX gallery_{model_id}_unknown ON gallery_faces
    USING hnsw ((embedding::vector({dim})) vector_cosine_ops)
    WHERE model_id = {model_id} AND state = 'live' AND NOT known

-- insert_face --
INSERT INTO gallery_faces (model_id, person_id, kind, decision_id, picture_sha256, source, size_px,
    embedding, has_crop)
VALUES (%(model_id)s, %(person_id)s, %(kind)s, %(decision_id)s, %(picture_sha256)s, %(source)s,
    %(size_px)s, %(embedding)s::vector, %(has_crop)s)
RETURNING id

-- copy_appearance --
INSERT INTO gallery_faces (model_id, person_id, kind, decision_id, size_px, embedding)
SELECT a.model_id, %(person_id)s, %(kind)s, %(decision_id)s, a.size_px, a.embedding
FROM appearances AS a WHERE a.id = %(appearance_id)s
RETURNING id

-- found_with --
INSERT INTO gallery_faces (model_id, person_id, kind, size_px, embedding)
SELECT a.model_id, listed.person_id, 'founding', a.size_px, a.embedding
FROM unnest(%(appearance_ids)s::bigint[], %(person_ids)s::bigint[]) WITH ORDINALITY
    AS listed(appearance_id, person_id, place)
JOIN appearances AS a ON a.id = listed.appearance_id
ORDER BY listed.place

-- enrolled_as --
SELECT p.root_id FROM gallery_faces AS f JOIN people AS p ON p.id = f.person_id
WHERE f.model_id = %(model_id)s AND f.picture_sha256 = %(picture_sha256)s
    AND f.kind = 'enrolled' AND f.state = 'live'

-- faces_of --
SELECT f.id, f.person_id, f.kind, f.source, f.size_px, m.model, f.has_crop
FROM people AS p JOIN people AS t ON t.root_id = p.root_id
    JOIN gallery_faces AS f ON f.person_id = t.id JOIN face_models AS m ON m.id = f.model_id
WHERE p.id = %(person_id)s AND f.state = 'live'
ORDER BY f.kind <> 'enrolled', f.id

-- remove_faces --
UPDATE gallery_faces SET state = 'removed'
WHERE id = ANY(%(face_ids)s::bigint[]) AND state = 'live'

-- faces_of_decisions --
SELECT id FROM gallery_faces
WHERE decision_id = ANY(%(decision_ids)s::bigint[]) AND state = 'live'

-- faces_from --
-- A founding face is a copy of its track's vector; a re-ingest gives the same one up to rounding
SELECT f.id FROM gallery_faces AS f, appearances AS a
WHERE a.id = %(appearance_id)s AND f.person_id = ANY(%(person_ids)s::bigint[])
    AND f.kind <> 'enrolled' AND f.state = 'live'
    AND CASE WHEN f.model_id = a.model_id THEN f.embedding <=> a.embedding END < 0.002

-- has_faces --
SELECT EXISTS (SELECT FROM gallery_faces
    WHERE person_id = ANY(%(person_ids)s::bigint[]) AND state = 'live') AS found

-- confirmed_in --
SELECT EXISTS (SELECT FROM gallery_faces
    WHERE model_id = %(model_id)s AND decision_id = %(decision_id)s) AS found

-- delete_faces_of --
DELETE FROM gallery_faces WHERE person_id = ANY(%(person_ids)s::bigint[])

-- vectors_of_faces --
SELECT model_id, embedding::text AS vector FROM gallery_faces
WHERE id = ANY(%(face_ids)s::bigint[])

-- vectors_of_people --
SELECT model_id, embedding::text AS vector FROM gallery_faces
WHERE person_id = ANY(%(person_ids)s::bigint[]) AND state = 'live'

-- existing --
SELECT id FROM gallery_faces WHERE id = ANY(%(face_ids)s::bigint[])

-- people_like --
-- The nearest faces of named and of unknown people, as the indexes have them; the nearest of each
WITH nearest AS (
    (SELECT person_id, embedding::vector({dim}) <=> %(vector)s::vector({dim}) AS distance
     FROM gallery_faces WHERE model_id = {model_id} AND state = 'live' AND known
     ORDER BY embedding::vector({dim}) <=> %(vector)s::vector({dim}) LIMIT 24)
    UNION ALL
    (SELECT person_id, embedding::vector({dim}) <=> %(vector)s::vector({dim})
     FROM gallery_faces WHERE model_id = {model_id} AND state = 'live' AND NOT known
     ORDER BY embedding::vector({dim}) <=> %(vector)s::vector({dim}) LIMIT 24)
)
SELECT p.root_id FROM nearest AS n JOIN people AS p ON p.id = n.person_id
WHERE n.distance <= %(farthest)s
GROUP BY p.root_id ORDER BY min(n.distance), p.root_id LIMIT %(most)s
