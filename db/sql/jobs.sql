-- defer --
-- Inside the caller's own transaction: the job exists exactly when the change does
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%(queue)s, %(task)s, %(priority)s, NULL, NULL,
    %(args)s, NULL)::procrastinate_job_to_defer_v1])

-- waiting_ingests --
SELECT count(*) AS count FROM procrastinate_jobs
WHERE task_name = 'ingest' AND status IN ('todo', 'doing') AND (args ->> 'video_id')::bigint = %(video_id)s

-- waiting_reembeds --
SELECT count(*) AS count FROM procrastinate_jobs
WHERE task_name = 'reembed' AND status = 'todo'

-- doing --
SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'doing'

-- retry_orphan --
-- A job that finished in the meantime is no row any more, one whose lock is held has its worker.
-- The row is locked before the advisory lock is tried, which ends with the transaction
WITH orphan AS MATERIALIZED (
    SELECT id FROM procrastinate_jobs WHERE id = %(job_id)s AND status = 'doing'
    FOR UPDATE SKIP LOCKED
)
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM orphan
WHERE pg_try_advisory_xact_lock(%(space)s, %(video_id)s)

-- finish_ingests --
-- The command line finished the work itself; nothing is left for the worker
UPDATE procrastinate_jobs SET status = 'cancelled'
WHERE task_name = 'ingest' AND status = 'todo' AND (args ->> 'video_id')::bigint = %(video_id)s

-- try_lock --
SELECT pg_try_advisory_lock(%(space)s, %(video_id)s) AS locked
