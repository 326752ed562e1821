"""Working out the vectors of all that people say of the guides, so that every start finds them: they take most of a minute."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault
from progress import run_logged

ENCODER = "encoder/roformer-sim-small"


@dataclass(frozen=True)
class Vectors:
    """The file of vectors in a data folder; of another encoder they are other ones, and one that a city brings works out its own."""

    root: Path
    python: Path
    data: Path
    log: Path

    @property
    def file(self) -> Path:
        """Where a start looks for them: by the digest of the shipped encoder's files."""
        try:
            files = json.loads((self.root / ENCODER / "encoder.json").read_text(encoding="utf-8"))["files"]
            digest = hashlib.sha256("".join(sorted(files.values())).encode()).hexdigest()
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SetupFault(f"{ENCODER}/encoder.json 读不出来：请重新取得这个文件，再执行一次。") from None
        return self.data / f"vectors-{digest[:16]}.npz"

    def is_ready(self) -> bool:
        """Whether they are there; what editors have changed since takes a start no time."""
        return bool(os.environ.get("DAOBAN_ENCODER")) or self.file.exists()

    def prepare(self) -> None:
        """Work them out, and say how far it is."""
        command = [str(self.python), "-m", "assistant.retrieval.preparing"]
        env = {"DAOBAN_DATA": str(self.data), "DAOBAN_ENCODER": "", "DAOBAN_DEMO": "1"}
        if run_logged(command, self.log, cwd=self.root, env=env, reading=_how_far)[0]:
            raise SetupFault(
                f"问法的向量没有算成，原因见 {self.log.parent.name}/{self.log.name} 的末尾；改好后再执行一次。"
            )


def _how_far(line: str) -> str | None:
    return f"已算 {line.strip()} 句" if re.fullmatch(r"\d+/\d+\s*", line) else None
