"""What create_all made before there were versions; what is there already, of a database of that time, stays as it is."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, String, Table, Text, UniqueConstraint

from assistant.migrations import named

revision = "0001"
down_revision = None

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("what", String(20), nullable=False, index=True),
    Column("who", String(32), nullable=False, index=True),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "checklists",
    METADATA,
    Column("token", String(32), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("issued_at", MOMENT, nullable=False),
)
Table(
    "codes",
    METADATA,
    Column("code", String(8), primary_key=True),
    Column("conversation_id", String(100), nullable=False, index=True),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
Table(
    "conversations",
    METADATA,
    Column("id", String(100), primary_key=True),
    Column("choices", JSON, nullable=False),
    Column("offered", JSON, nullable=False),
    Column("updated_at", MOMENT, nullable=False, index=True),
)
Table(
    "exchanges",
    METADATA,
    Column("key", String(20), primary_key=True),
    Column("conversation_id", String(100), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Table(
    "messages",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(100), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("phone", String(20)),
    Column("checklist", String(32)),
    Column("at", MOMENT, nullable=False, index=True),
    Column("done_at", MOMENT),
)
Table(
    "places",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(100), nullable=False),
    Column("turn", Integer),
    Column("until", MOMENT, nullable=False),
    UniqueConstraint("conversation_id", "turn"),
)
Table(
    "renewals",
    METADATA,
    Column("old", String(32), primary_key=True),
    Column("new", String(32), nullable=False, index=True),
)
Table(
    "states",
    METADATA,
    Column("conversation_id", String(100), primary_key=True),
    Column("slots", JSON, nullable=False),
    Column("asked", String(40)),
    Column("number", Integer, nullable=False),
    Column("unheard", Boolean, nullable=False),
)
Table(
    "ticks",
    METADATA,
    Column("token", String(32), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("since", Date, nullable=False),
)
Table(
    "turns",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(100), nullable=False, index=True),
    Column("said", Text, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("turn", JSON, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Table(
    "wrong_facts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("guide", String(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("place", String(60), nullable=False),
    Column("fact", String(200), nullable=False),
    Column("shown", Text, nullable=False),
    Column("fault", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("done_at", MOMENT, index=True),
)


def upgrade() -> None:
    """Make what is not there."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Drop it all."""
    METADATA.drop_all(op.get_bind())
