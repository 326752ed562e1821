"""The staff: accounts, sessions, the log, internal contacts, notes beside guides; the database itself keeps the log."""

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text

from assistant.migrations import keep, named, unkeep

revision = "0003"
down_revision = "0002"

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "staff_accounts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("shown", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    Column("region", String(60)),
    Column("department", String(60)),
    Column("password", Text, nullable=False),
    Column("password_at", MOMENT, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("last_in", MOMENT),
)
Table(
    "staff_contacts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("department", String(60), nullable=False, index=True),
    Column("region", String(60)),
    Column("office", String(60), nullable=False),
    Column("name", String(40), nullable=False),
    Column("post", String(40), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("mobile", String(40), nullable=False),
    Column("note", String(200), nullable=False),
    Column("at", MOMENT, nullable=False),
)
Table(
    "staff_failures",
    METADATA,
    Column("who", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("until", MOMENT, nullable=False, index=True),
)
Table(
    "staff_log",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("who", String(40), nullable=False, index=True),
    Column("what", String(40), nullable=False, index=True),
    Column("about", String(120), nullable=False),
    Column("before", String(64), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
)
Table(
    "staff_notes",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("about", String(120), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("staff_accounts.id"), nullable=False),
    Column("at", MOMENT, nullable=False),
)
Table(
    "staff_sessions",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("account_id", Integer, ForeignKey("staff_accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("begun_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False, index=True),
    Column("locked", Boolean, nullable=False),
)


def upgrade() -> None:
    """Make the tables, and what keeps the log."""
    METADATA.create_all(op.get_bind())
    keep(op.get_bind(), "staff_log")


def downgrade() -> None:
    """Drop it all."""
    METADATA.drop_all(op.get_bind())
    unkeep(op.get_bind(), "staff_log")
