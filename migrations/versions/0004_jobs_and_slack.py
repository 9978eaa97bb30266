"""The job queue's own tables, and what the Slack bot remembers.

Revision ID: 0004
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE searches (
    id text PRIMARY KEY,
    query text NOT NULL,
    user_id text NOT NULL,
    team_id text NOT NULL,
    channel_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX searches_created_at ON searches (created_at);

CREATE TABLE slack_files (
    thumbnail_key text PRIMARY KEY,
    file_id text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE slack_seen (
    key text PRIMARY KEY,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slack_seen_seen_at ON slack_seen (seen_at);
"""

# procrastinate ships no way back; every object of its is named after it.
DOWN = r"""
DROP TABLE searches, slack_files, slack_seen;
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
    procrastinate_workers CASCADE;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
                 WHERE proname LIKE 'procrastinate\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
    FOR found IN SELECT oid::regtype AS name FROM pg_type
                 WHERE typname LIKE 'procrastinate\_%' AND typtype IN ('c', 'e') LOOP
        EXECUTE 'DROP TYPE ' || found.name || ' CASCADE';
    END LOOP;
END $$;
"""


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
