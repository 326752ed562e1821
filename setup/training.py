"""Training Rasa when what it learns from has changed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault
from progress import run_logged
from stamps import digest, stamped, write_stamp

# What lies in nlu/ without being learned from.
_NOT_LEARNED = {"models", "tests", "results", "pyproject.toml", "endpoints.yml", "credentials.yml", "start.py"}


@dataclass(frozen=True)
class Training:
    """The trained model of the Rasa project in nlu/."""

    root: Path
    python: Path

    @property
    def folder(self) -> Path:
        """The Rasa project."""
        return self.root / "nlu"

    @property
    def model(self) -> Path:
        """The model that is served."""
        return self.folder / "models" / "daoban.tar.gz"

    @property
    def stamp(self) -> Path:
        """What the model was trained from."""
        return self.folder / "models" / ".trained"

    def _key(self) -> str:
        files = (path for path in self.folder.rglob("*") if path.is_file())
        parts = ((path, path.relative_to(self.folder).parts) for path in files)
        learned = [
            path
            for path, names in parts
            if names[0] not in _NOT_LEARNED and not any(name.startswith((".", "__")) for name in names)
        ]
        return digest(self.root, learned)

    def is_ready(self) -> bool:
        """Whether the model was trained from what is there now."""
        return self.model.exists() and stamped(self.stamp, self._key())

    def prepare(self) -> None:
        """Train into a folder aside, then put the model in its place at once."""
        key, new = self._key(), self.folder / "models" / "new"
        log = self.root / ".setup" / "training.log"
        shutil.rmtree(new, ignore_errors=True)
        log.unlink(missing_ok=True)
        try:
            argv = [str(self.python), "start.py", "train", "--out", str(new), "--fixed-model-name", "daoban"]
            code, output = run_logged(argv, log, cwd=self.folder)
            trained = new / self.model.name
            if code or not trained.exists():
                raise SetupFault(_why(output, str(log.relative_to(self.root))))
            trained.replace(self.model)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        write_stamp(self.stamp, key)


def _why(output: str, log: str) -> str:
    """The sentence for a failed training."""
    if "No space left on device" in output:
        return "训练对话模型时磁盘空间不够：请腾出空间后再执行一次。"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1][:200] if lines else "没有输出"
    return f"训练对话模型失败（{last}）：请按 {log} 末尾的提示改正 nlu/ 里的文件，再执行一次。"
