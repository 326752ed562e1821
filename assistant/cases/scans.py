"""Scans (扫描件) of materials: few types, a size, outside the web root under names that nobody can guess."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from assistant.cases import tables as t
from assistant.cases.changing import changing, for_the_window
from assistant.cases.durable import durable, snapshot
from assistant.cases.model import Actor, Case
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused

FOLDER = "scans"  # in the data folder
LARGEST = 10 * 1024 * 1024
BEGINS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True)
class Scan:
    """A scan: where it lies, what it is."""

    path: Path
    media_type: str
    case: str  # number of its case


class Scans:
    """The scans in a folder, by the rows that name them."""

    def __init__(self, cases: Cases, folder: Path) -> None:
        self._cases = cases
        self._folder = folder

    def add(self, number: str, version: int, material: int, content: bytes, *, by: Actor) -> Case:
        """Attach a scan to a material; Refused where it is too large or neither PDF, JPEG nor PNG, by its content."""
        kind = next((kind for kind, begin in BEGINS.items() if content.startswith(begin)), None)
        if kind is None or len(content) > LARGEST:
            raise Refused(f"只收 PDF、JPG、PNG，最大 {LARGEST // 1024 // 1024} MB。")
        cases, name = self._cases, secrets.token_hex(16)
        with changing(cases.engine, number, version, by, cases.clock(), cases.calendar) as change:
            for_the_window(by)
            row = change.material(material)
            _write(self._folder / name, content)
            scan = t.StoredScan(id=name, material_id=row.id, kind=kind, size=len(content), at=change.at)
            change.session.add(scan)
            change.note("scanned", f"附上“{row.name}”的扫描件")
        return cases.find(number)

    def remove(self, number: str, version: int, scan: str, *, by: Actor) -> Case:
        """Take a scan away, with its file."""
        cases = self._cases
        with changing(cases.engine, number, version, by, cases.clock(), cases.calendar) as change:
            for_the_window(by)
            row = change.session.get(t.StoredScan, scan)
            if row is None:
                raise Refused("没有这份扫描件。")
            of = change.material(row.material_id)
            change.session.delete(row)
            change.note("scanned", f"删了“{of.name}”的扫描件")
        (self._folder / scan).unlink(missing_ok=True)
        return cases.find(number)

    def get(self, scan: str) -> Scan:
        """A scan by its id: personal data, so whoever asks writes the read down in the audit."""
        with snapshot(self._cases.engine) as session:
            row = session.get(t.StoredScan, scan)
            if row is None:
                raise NotFound("没有这份扫描件。")
            number = session.scalars(
                select(t.StoredCase.number).join(t.StoredMaterial).where(t.StoredMaterial.id == row.material_id)
            ).one()
            return Scan(self._folder / row.id, MEDIA_TYPES[row.kind], number)

    def forget(self, scans: Iterable[str]) -> None:
        """Erase scans, rows and files."""
        names = tuple(scans)
        with durable(self._cases.engine) as session:
            session.execute(delete(t.StoredScan).where(t.StoredScan.id.in_(names)))
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove files that no row names, which a process left that died while it attached them; gives how many."""
        if not self._folder.is_dir():
            return 0
        with durable(self._cases.engine) as session:  # while it lasts, nobody attaches
            named = set(session.scalars(select(t.StoredScan.id)))
            strangers = [path for path in self._folder.iterdir() if path.name not in named]
            for path in strangers:
                path.unlink()
        return len(strangers)


def _write(path: Path, content: bytes) -> None:
    """Write a file that is on the disk before its row is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)
