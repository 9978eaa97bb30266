"""Read the surest detections of a colour in order, without sorting all of that colour.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = r"""
DROP INDEX detections_upper, detections_lower;
CREATE INDEX detections_upper ON detections ((attributes ->> 'upper'), score DESC, id)
    WHERE attributes ->> 'upper' IS NOT NULL;
CREATE INDEX detections_lower ON detections ((attributes ->> 'lower'), score DESC, id)
    WHERE attributes ->> 'lower' IS NOT NULL;
CREATE INDEX detections_both
    ON detections ((attributes ->> 'upper'), (attributes ->> 'lower'), score DESC, id)
    WHERE attributes ->> 'upper' IS NOT NULL AND attributes ->> 'lower' IS NOT NULL;
"""

DOWN = r"""
DROP INDEX detections_upper, detections_lower, detections_both;
CREATE INDEX detections_upper ON detections ((attributes ->> 'upper'))
    WHERE attributes ->> 'upper' IS NOT NULL;
CREATE INDEX detections_lower ON detections ((attributes ->> 'lower'))
    WHERE attributes ->> 'lower' IS NOT NULL;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
