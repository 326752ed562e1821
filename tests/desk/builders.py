"""A desk over the small folder of the knowledge tests: its drafts, its publications, and a clock to be set."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from assistant.db import connected
from assistant.desk.drafts import Draft, Drafts
from assistant.desk.journal import Publication
from assistant.desk.publishing import Publishing
from assistant.staff.audit import Audit
from tests.cases.builders import Moment
from tests.knowledge.conftest import Folder

GUIDE, OTHER, CATALOG = "guides/geting.yaml", "guides/wangba.yaml", "catalog.yaml"
ACTS = """\
- {编号: zhuxiao, 名称: 注销, 归我们办: true, 说法: [注销, 退]}
- {编号: yanxu, 名称: 延续, 归我们办: false, 说法: [续期], 答复: 找发证机关。, 看指南: shuiwu}
"""
START = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)


@dataclass
class Desk:
    """Everything that a test of the desk touches."""

    root: Path
    engine: Engine
    drafts: Drafts
    publishing: Publishing
    audit: Audit
    clock: Moment

    def text(self, path: str = GUIDE) -> str:
        """A file as it lies on the disk."""
        return (self.root / path).read_bytes().decode()

    def begun(self, old: str, new: str, path: str = GUIDE, *, who: str = "zhang", bundle: str | None = None) -> Draft:
        """A draft in which the one place where `old` stands says `new`."""
        seen = self.drafts.open(path)
        assert seen.text.count(old) == 1, f"{old!r} stands {seen.text.count(old)} times in {path}"
        text = seen.text.replace(old, new)
        return self.drafts.save(path, text, who=who, version=seen.version, base=seen.base_digest, bundle=bundle)

    def proposed(self, old: str, new: str, path: str = GUIDE, **more: dt.datetime | None) -> Draft:
        """The same, waiting for its reviewer."""
        draft = self.begun(old, new, path)
        return self.drafts.propose(draft.id, version=draft.version, reason="窗口说的", **more)

    def published(self, old: str, new: str, path: str = GUIDE) -> Publication:
        """The same, published."""
        draft = self.proposed(old, new, path)
        return self.publishing.publish(draft.id, version=draft.version, reviewer="li")

    def git(self, *words: str) -> str:
        """What the git program says about the folder."""
        ran = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return ran.stdout


def desk(folder: Path, database: Path, *, four_eyes: bool = True, url: str = "") -> Desk:
    """A desk over a folder, which is made where there is none, and over a file of SQLite or the database at `url`."""
    if not folder.exists():
        Folder(folder).write("acts.yaml", ACTS)
    engine = connected(url or f"sqlite:///{database}")
    clock = Moment()
    clock.at = START
    drafts = Drafts(engine, folder, demo=True, clock=clock)
    audit = Audit(engine, database.parent / "data")
    return Desk(folder, engine, drafts, Publishing(drafts, audit, four_eyes=four_eyes), audit, clock)
