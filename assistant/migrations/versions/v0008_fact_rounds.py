"""The editors' desk: the rounds in which departments are due to be asked whether their facts still hold."""

from alembic import op
from sqlalchemy import JSON, Column, Date, DateTime, Integer, String, Table, UniqueConstraint

from assistant.migrations import named

revision = "0008"
down_revision = "0007"

METADATA = named()
Table(
    "desk_fact_rounds",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("department", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("sent_by", String(40), nullable=False),
    UniqueConstraint("department", "day"),
)


def upgrade() -> None:
    """Make the table."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Drop it."""
    METADATA.drop_all(op.get_bind())
