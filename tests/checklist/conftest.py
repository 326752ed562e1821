"""The quick tests first: what is wrong is mostly found by one of them, also when mutants are hunted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, settings

HERE = Path(__file__).parent

# For `make test-mutation`: a mutant that is found need not be explained by the smallest example, and those that are
# not found cost the most.
settings.register_profile("mutation", max_examples=15, phases=(Phase.explicit, Phase.generate), database=None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the property tests of this folder behind those by hand."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    own = sorted((items[place] for place in places), key=lambda item: "hypothesis" in item.keywords)
    for place, item in zip(places, own, strict=True):
        items[place] = item
