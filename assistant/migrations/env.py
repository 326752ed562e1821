"""What Alembic runs for every step: on the connection that bring_to holds, inside its transaction."""

from alembic import context

from assistant.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
)
context.run_migrations()
