"""The window: whose account took a case in, the words by which its people are found in one place; what people asked each
day, as numbers that outlast the conversations."""

from collections import defaultdict

from alembic import op
from sqlalchemy import Column, Date, Integer, String, Table, Text, text

from assistant.migrations import named

revision = "0007"
down_revision = "0006"

METADATA = named()
Table(
    "asked_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("what", String(200), primary_key=True),
    Column("times", Integer, nullable=False),
)
FIRST_EVENT = (
    "SELECT account FROM case_events WHERE case_events.case_id = case_files.id AND case_events.kind = 'opened'"
)
OF_PEOPLE = (
    "SELECT f.id, e.name, e.code, e.kind, e.spelled FROM case_files f JOIN case_enterprises e ON e.id = f.enterprise_id",
    "SELECT case_id, name, phone, address FROM case_contacts",
    "SELECT case_id, parcel FROM case_entries WHERE parcel IS NOT NULL ORDER BY id",
    "SELECT case_id, words FROM case_matters WHERE case_id IS NOT NULL ORDER BY id",
)


def upgrade() -> None:
    """Make the table, an index by which a day is found, and the columns with what other tables know."""
    op.create_index("ix_turns_at", "turns", ["at"])
    METADATA.create_all(op.get_bind())
    op.add_column("case_files", Column("opened_account", String(60), nullable=False, server_default=""))
    op.execute(text(f"UPDATE case_files SET opened_account = COALESCE(({FIRST_EVENT}), '')"))
    op.add_column("case_files", Column("people", Text, nullable=False, server_default=""))
    people: dict[int, list[str]] = defaultdict(list)
    for query in OF_PEOPLE:
        for case, *words in op.get_bind().execute(text(query)):
            people[case] += [word.lower() for word in words if word]
    for case, words in people.items():
        op.get_bind().execute(
            text("UPDATE case_files SET people = :people WHERE id = :case AND erased_at IS NULL"),
            {"people": "\n".join(dict.fromkeys(words)), "case": case},
        )


def downgrade() -> None:
    """Drop it all."""
    op.drop_index("ix_turns_at", "turns")
    op.drop_column("case_files", "people")
    op.drop_column("case_files", "opened_account")
    METADATA.drop_all(op.get_bind())
