"""WeChat: who writes, what came in, the numbers of choices, what waits to be fetched or sent, the shared token."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, String, Table, Text

from assistant.migrations import named

revision = "0004"
down_revision = "0003"

MOMENT = DateTime(timezone=True)
METADATA = named()
Table(
    "wechat_people",
    METADATA,
    Column("openid", String(64), primary_key=True),
    Column("conversation_id", String(100), nullable=False, unique=True),
    Column("seen_at", MOMENT, nullable=False, index=True),
    Column("heard_at", MOMENT),
    Column("left", Integer, nullable=False),
    Column("tapped_at", MOMENT),
    Column("taps_left", Integer, nullable=False),
    Column("subscribed", Boolean, nullable=False),
    Column("subscriptions", JSON, nullable=False),
)
Table(
    "wechat_deliveries",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("openid", String(64), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("reply", Text),
    Column("until", MOMENT, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "wechat_numbers",
    METADATA,
    Column("conversation_id", String(100), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("payload", String(100), nullable=False),
    Column("label", Text, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "wechat_kept",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("openid", String(64), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "wechat_outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("openid", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("key", String(64), unique=True),
    Column("body", JSON, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("next_at", MOMENT, nullable=False, index=True),
    Column("at", MOMENT, nullable=False, index=True),
)
Table(
    "wechat_token",
    METADATA,
    Column("app_id", String(64), primary_key=True),
    Column("token", Text),
    Column("expires_at", MOMENT),
    Column("fetched_by", String(64)),
    Column("lock_until", MOMENT),
)


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    METADATA.drop_all(op.get_bind())
