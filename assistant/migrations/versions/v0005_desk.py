"""The editors' desk: drafts, publications."""

from alembic import op
from sqlalchemy import JSON, Column, DateTime, Index, Integer, String, Table, Text

from assistant.migrations import named

revision = "0005"
down_revision = "0004"

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "desk_drafts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("path", String(120), nullable=False, index=True),
    Column("open_path", String(120), unique=True),
    Column("bundle", String(32), index=True),
    Column("text", Text, nullable=False),
    Column("base", Text),
    Column("version", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("hands", JSON, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("reviewer", String(40)),
    Column("refusal", String(500)),
    Column("publish_at", MOMENT, index=True),
    Column("until", MOMENT),
    Column("publication", Integer),
    Column("made_at", MOMENT, nullable=False),
    Column("saved_at", MOMENT, nullable=False),
    Index("ix_desk_drafts_state_saved_at", "state", "saved_at"),
)
Table(
    "desk_publications",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(12), nullable=False, index=True),
    Column("files", JSON, nullable=False),
    Column("drafts", JSON, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("reviewer", String(40), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("fault", String(500)),
    Column("commit_id", String(64)),
    Column("digest", String(64), nullable=False),
    Column("undoes", Integer),
    Column("until", MOMENT, index=True),
    Column("at", MOMENT, nullable=False, index=True),
)


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    METADATA.drop_all(op.get_bind())
