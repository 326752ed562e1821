"""Questions that nobody is shown: how people ask about each entry, and what is no business of ours."""

from __future__ import annotations

from dataclasses import dataclass, field

BY_ENTRY = ("questions/items.yaml", "questions/topics.yaml", "questions/unlisted.yaml")
NOT_OURS = "questions/not_ours.yaml"
# Of three questions about an entry, the third is kept for weighing what the finder sees: the finder knows the other
# two by heart, and the encoder was trained on them (encoder/known.py).
OF, FOR_WEIGHING = 3, 2


@dataclass(frozen=True)
class Questions:
    """Questions by the id of their entry (of a guide or an unlisted thing), and those that no entry answers."""

    by_entry: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_ours: tuple[str, ...] = ()

    def known(self, entry: str) -> tuple[str, ...]:
        """Two of three: by these the finder knows the entry."""
        return tuple(text for place, text in enumerate(self.by_entry.get(entry, ())) if place % OF != FOR_WEIGHING)

    def for_weighing(self, entry: str) -> tuple[str, ...]:
        """The third of three, which the finder has never heard."""
        return tuple(text for place, text in enumerate(self.by_entry.get(entry, ())) if place % OF == FOR_WEIGHING)
