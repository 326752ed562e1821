"""The city's official annexes (Word or Excel tables) into the knowledge, and the knowledge back onto paper.

    read_tables(path)  →  Table          word · sheet · headers: what stands in the file, column by column
    plan(root, …)      →  Plan           matching · rules · guidance · contacts · items: what would change, and why
    apply(plan)                          splice · publish: YAML lines changed one by one, checked, then swapped in
    export_word · export_excel           the tiered list and the guides for signature

Nothing is guessed: a row that might be two things is asked, a value that contradicts 已核 is listed and left.
"""

from assistant.annex.headers import Table
from assistant.annex.planning import Plan, plan, source_for
from assistant.annex.publish import apply
from assistant.annex.tables import read_tables

__all__ = ["Plan", "Table", "apply", "plan", "read_tables", "source_for"]
