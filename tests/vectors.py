"""What the shipped encoder has made of the knowledge, kept between tests and runs: it takes a minute of processor."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from assistant.settings import ROOT

_KEPT = ROOT / ".pytest_cache" / "vectors"
_NAMES = "vectors-*.npz"


def kept() -> Path:
    """The folder of what has been encoded; at first what an earlier start left in var/."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    if not any(_KEPT.glob(_NAMES)):
        keep(ROOT / "var")
    return _KEPT


def bring(data: Path) -> None:
    """Put what has been encoded into a data folder."""
    data.mkdir(exist_ok=True)
    for known in kept().glob(_NAMES):
        shutil.copy2(known, data)


def keep(data: Path) -> None:
    """Keep what is newer in a data folder; a file is replaced as a whole, for others may be reading it."""
    for made in data.glob(_NAMES):
        known = _KEPT / made.name
        if not known.exists() or known.stat().st_mtime < made.stat().st_mtime:
            with tempfile.NamedTemporaryFile(dir=_KEPT, delete=False) as aside:
                shutil.copy2(made, aside.name)
            Path(aside.name).replace(known)
