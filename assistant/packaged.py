"""Data that come with other packages, read without importing those, which would take their memory, too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def packaged(package: str, name: str) -> Path:
    """Where a file of an installed package lies."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name(name)
