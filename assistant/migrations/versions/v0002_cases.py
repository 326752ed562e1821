"""Service files (代办服务档案); the database itself keeps their events from being changed or removed."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, ForeignKey, Integer, String, Table, Text

from assistant.migrations import keep, named, unkeep

revision = "0002"
down_revision = "0001"

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "case_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
Table(
    "case_enterprises",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(200), index=True),
    Column("code", String(18), unique=True),
    Column("kind", String(60)),
    Column("spelled", Text),
)
Table(
    "case_files",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("enterprise_id", Integer, ForeignKey("case_enterprises.id"), nullable=False, index=True),
    Column("region", String(60), index=True),
    Column("taken_in", String(60)),
    Column("green_lane", String(20)),
    Column("checklist", String(32), index=True),
    Column("opened_at", MOMENT, nullable=False, index=True),
    Column("opened_by", String(60), nullable=False),
    Column("closed_at", MOMENT, index=True),
    Column("erased_at", MOMENT),
    Column("words", Text, nullable=False),
)
Table(
    "case_contacts",
    METADATA,
    Column("case_id", Integer, ForeignKey("case_files.id"), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("phone", String(20), nullable=False, index=True),
    Column("address", String(200)),
    Column("consented_at", MOMENT, nullable=False),
)
Table(
    "case_entries",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), nullable=False, index=True),
    Column("item", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("way", String(10), nullable=False),
    Column("tier", String(20)),
    Column("department", String(100), index=True),
    Column("limit_days", Integer),
    Column("limit_unit", String(10)),
    Column("limit_whose", String(10)),
    Column("state", String(20), nullable=False, index=True),
    Column("since", MOMENT, nullable=False),
    Column("back_to", String(20)),
    Column("submitted_on", Date, index=True),
    Column("clock_from", Date),
    Column("pauses", JSON, nullable=False),
    Column("decided", String(20)),
    Column("decided_on", Date, index=True),
    Column("carrier", String(40)),
    Column("parcel", String(40), index=True),
)
Table(
    "case_events",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), index=True),
    Column("version", Integer, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("account", String(60), nullable=False),
    Column("name", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("kind", String(20), nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("undoes", Integer, unique=True),
)
Table(
    "case_links",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), nullable=False, index=True),
    Column("department", String(100), nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
Table(
    "case_materials",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), nullable=False, index=True),
    Column("key", String(120), nullable=False),
    Column("name", String(200), nullable=False),
    Column("entries", JSON, nullable=False),
    Column("form", String(20)),
    Column("copies", Integer),
    Column("each", Boolean, nullable=False),
    Column("exempt", Text),
    Column("received_at", MOMENT),
    Column("received_form", String(20)),
    Column("received_count", Integer, nullable=False),
    Column("shared_from", String(20)),
)
Table(
    "case_matters",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), index=True),
    Column("kind", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("by", String(60), nullable=False),
    Column("result", Text),
    Column("closed_at", MOMENT, index=True),
    Column("closed_by", String(60)),
)
Table(
    "case_notices",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), nullable=False, index=True),
    Column("number", String(30), nullable=False, unique=True),
    Column("lines", JSON, nullable=False),
    Column("entries", JSON, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("by", String(60), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("resolved_at", MOMENT),
    Column("withdrawn_at", MOMENT),
)
Table(
    "case_ratings",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("case_files.id"), nullable=False, unique=True),
    Column("level", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("follow_up_by", Date),
    Column("followed_up_at", MOMENT),
    Column("followed_up_by", String(60)),
    Column("result", Text),
)
Table(
    "case_scans",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("material_id", Integer, ForeignKey("case_materials.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
)


def upgrade() -> None:
    """Make the tables, and what keeps the events."""
    METADATA.create_all(op.get_bind())
    keep(op.get_bind(), "case_events")


def downgrade() -> None:
    """Drop it all."""
    METADATA.drop_all(op.get_bind())
    unkeep(op.get_bind(), "case_events")
