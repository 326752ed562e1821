"""Names and what has each: whose they are, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Owned(Generic[Key]):
    """What several entries may own, each with its owners in order: one tuple for all that have the same."""

    def __init__(self) -> None:
        self.owners: dict[Key, tuple[str, ...]] = {}
        self._together: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, key: Key, owners: tuple[str, ...]) -> None:
        """These own it too."""
        mine = self.owners.setdefault(key, owners)
        if mine is not owners:
            both = self._together.get((mine, owners))
            if both is None:
                both = tuple(sorted({*mine, *owners}))
                both = self._together[mine, owners] = self._known.setdefault(both, both)
            self.owners[key] = both


class Places:
    """Where known names (letters or sounds, at least `width` long) stand in a text."""

    def __init__(self, names: Iterable[Sequence[str]], width: int) -> None:
        self._names, self._width = set(names), width
        self._lengths: dict[Sequence[str], tuple[int, ...]] = {}  # of those that begin so
        for start, length in {(name[:width], len(name)) for name in self._names}:
            self._lengths[start] = (*self._lengths.get(start, ()), length)

    def within(self, text: Sequence[str]) -> list[tuple[int, int]]:
        """Every (start, length), the longest first."""
        places = [
            (at, length)
            for at in range(len(text) - self._width + 1)
            for length in self._lengths.get(text[at : at + self._width], ())
            if text[at : at + length] in self._names and at + length <= len(text)
        ]
        return sorted(places, key=lambda place: (-place[1], place[0]))
