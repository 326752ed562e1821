"""Sample questions as tests of a publication (常见问法): what an editor wrote down must be answered, or be answered for.

A sample of a guide that is changed, asked word for word, has to lead to its guide: while one does not, nothing is published.
Where samples of other guides lead elsewhere, whoever agrees says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.desk.effect import Change, Effect, Found, found_in, told
from assistant.errors import Refused
from assistant.retrieval.entries import THINGS, Entry, Role
from assistant.retrieval.finder import Finder

SHOWN = 5  # questions in one sentence of refusal


@dataclass(frozen=True)
class Samples:
    """The sample questions that would no longer be answered; none of them: green."""

    own: tuple[Change, ...] = ()  # of guides that are changed
    others: tuple[Change, ...] = ()

    def must(self, reason: str) -> None:
        """Refused while a sample of a changed guide fails, or one of another guide and nobody says why."""
        if self.own:
            raise Refused(f"自己写的问法问不到这份指南，先改好再发布：{_named(self.own)}")
        if self.others and not reason.strip():
            raise Refused(f"别的指南有 {len(self.others)} 句问法会答得差了，请写一句为什么可以：{_named(self.others)}")


def samples(before: Finder, after: Finder, found: Effect | None) -> Samples:
    """Which samples fail with the finder as it would be; `found` is the effect of the change on those of all guides."""
    heard = {entry.id: entry for entry in before.entries}
    changed = [entry for entry in after.entries if entry.kind in THINGS and heard.get(entry.id) != entry]
    names = {entry.name for entry in changed}
    own = tuple(change for entry in changed for change in _unheard(before, after, entry, heard.get(entry.id)))
    return Samples(own, tuple(one for one in (found.lost if found else ()) if one.guide not in names))


def _unheard(before: Finder, after: Finder, entry: Entry, was: Entry | None) -> Iterator[Change]:
    """The samples of an entry that lead to it less surely than before; new ones, where they do not lead to it at all."""
    known = set(was.texts(Role.SAMPLE)) if was else set()
    for text in entry.texts(Role.SAMPLE):
        old, new = before.find(text), after.find(text)
        least = found_in(old, entry.id) if text in known else Found.OFFERED
        if found_in(new, entry.id) < least:
            yield Change(text, told(old), told(new), entry.name)


def _named(changes: tuple[Change, ...]) -> str:
    shown = "；".join(f"“{one.question}”（{one.guide}，以后{one.after.words}）" for one in changes[:SHOWN])
    return shown + ("等" if len(changes) > SHOWN else "")
