"""The table of what came of each fault: docs/faults.md, in which the rows of this run take the place of earlier ones."""

from __future__ import annotations

import pytest

from assistant.settings import ROOT
from tests.faults.table import Cells, brought_up_to_date

ROWS: list[Cells] = []
PAGE = ROOT / "docs" / "faults.md"


@pytest.fixture(scope="session")
def rows() -> list[Cells]:
    """Where the rows of the table go."""
    return ROWS


def pytest_sessionfinish() -> None:
    """Write what passed into the table."""
    if ROWS:
        PAGE.write_text(brought_up_to_date(PAGE.read_text("utf-8") if PAGE.exists() else "", ROWS), "utf-8")
