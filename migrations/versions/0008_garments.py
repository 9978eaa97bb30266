"""Read the surest people in a kind of garment in order, and those in one of a colour.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UP = r"""
CREATE INDEX detections_upper_kind ON detections ((attributes ->> 'upper_kind'), score DESC, id)
    WHERE attributes ->> 'upper_kind' IS NOT NULL;
CREATE INDEX detections_lower_kind ON detections ((attributes ->> 'lower_kind'), score DESC, id)
    WHERE attributes ->> 'lower_kind' IS NOT NULL;
CREATE INDEX detections_shoes ON detections ((attributes ->> 'shoes'), score DESC, id)
    WHERE attributes ->> 'shoes' IS NOT NULL;
CREATE INDEX detections_shoes_colour ON detections ((attributes ->> 'shoes_colour'), score DESC, id)
    WHERE attributes ->> 'shoes_colour' IS NOT NULL;
CREATE INDEX detections_upper_worn
    ON detections ((attributes ->> 'upper_kind'), (attributes ->> 'upper'), score DESC, id)
    WHERE attributes ->> 'upper_kind' IS NOT NULL AND attributes ->> 'upper' IS NOT NULL;
CREATE INDEX detections_lower_worn
    ON detections ((attributes ->> 'lower_kind'), (attributes ->> 'lower'), score DESC, id)
    WHERE attributes ->> 'lower_kind' IS NOT NULL AND attributes ->> 'lower' IS NOT NULL;
CREATE INDEX detections_shoes_worn
    ON detections ((attributes ->> 'shoes'), (attributes ->> 'shoes_colour'), score DESC, id)
    WHERE attributes ->> 'shoes' IS NOT NULL AND attributes ->> 'shoes_colour' IS NOT NULL;
"""

DOWN = r"""
DROP INDEX detections_upper_kind, detections_lower_kind, detections_shoes, detections_shoes_colour,
    detections_upper_worn, detections_lower_worn, detections_shoes_worn;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(UP)


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(DOWN)
