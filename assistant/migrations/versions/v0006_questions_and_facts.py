"""The editors' desk: what was done with questions without answer, facts that departments check, coverage over time."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from assistant.migrations import named

revision = "0006"
down_revision = "0005"

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "desk_settled",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("step", String(12), nullable=False),
    Column("about", String(120), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("draft", Integer),
    Column("who", String(40), nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "desk_fact_links",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("department", String(60), nullable=False, index=True),
    Column("made_by", String(40), nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
Table(
    "desk_fact_answers",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("link", String(64), ForeignKey("desk_fact_links.digest"), nullable=False),
    Column("department", String(60), nullable=False, index=True),
    Column("fact", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("office", String(60), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("settled_at", MOMENT, index=True),
    Column("settled_by", String(40), nullable=False),
    Column("outcome", String(12), nullable=False),
    UniqueConstraint("link", "fact"),
)
Table(
    "desk_coverage",
    METADATA,
    Column("commit_id", String(64), primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("confirmed", Integer, nullable=False),
    Column("sourced", Integer, nullable=False),
    Column("open", Integer, nullable=False),
)


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    METADATA.drop_all(op.get_bind())
