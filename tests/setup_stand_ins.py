"""What the tests of the set-up share: stand-in programs, and what counts as one sentence for a person."""

import re
from pathlib import Path


def is_one_sentence(text: str) -> bool:
    """Whether a person reads one Chinese sentence with no traceback in it."""
    return "\n" not in text.strip() and "Traceback" not in text and bool(re.search(r"[一-龥].*。$", text.strip()))


def script(path: Path, body: str) -> str:
    """A small program standing in for a real one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)
