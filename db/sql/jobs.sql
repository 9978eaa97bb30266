-- defer --
-- Inside the caller's own transaction: the job exists exactly when the change does
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%(queue)s, %(task)s, %(priority)s, NULL, NULL,
    %(args)s, NULL)::procrastinate_job_to_defer_v1])

-- waiting_ingests --
SELECT count(*) AS count FROM procrastinate_jobs
WHERE task_name = 'ingest' AND status IN ('todo', 'doing') AND (args ->> 'video_id')::bigint = %(video_id)s

-- doing --
SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'doing'

-- retry --
SELECT procrastinate_retry_job_v2(%(job_id)s, now(), NULL, NULL, NULL)

-- finish_ingests --
-- The command line finished the work itself; nothing is left for the worker
UPDATE procrastinate_jobs SET status = 'cancelled'
WHERE task_name = 'ingest' AND status = 'todo' AND (args ->> 'video_id')::bigint = %(video_id)s

-- try_lock --
SELECT pg_try_advisory_lock(%(space)s, %(video_id)s) AS locked

-- unlock --
SELECT pg_advisory_unlock(%(space)s, %(video_id)s)
