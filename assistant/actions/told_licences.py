"""The licences of one sentence by what was said of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LicencesTold:
    """Item ids by what was said of them, in the order in which they were said."""

    held: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()  # one of these
    unlisted: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()  # those held that were told by likeness only
    surely_not: tuple[str, ...] = ()  # those denied beyond doubt: by names side by side, or taken back in so many words

    @property
    def anything(self) -> bool:
        """Whether a licence was spoken of at all."""
        return bool(self.held or self.dropped or self.unsure or self.unlisted)


@dataclass
class Found:
    """What has been found so far in a sentence."""

    held: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    unsure: tuple[str, ...] = ()
    unlisted: list[str] = field(default_factory=list)
    likely: list[str] = field(default_factory=list)
    surely_not: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How much was found."""
        return len(self.held) + len(self.dropped) + len(self.unsure) + len(self.unlisted)

    @property
    def anything(self) -> bool:
        """Whether a licence was spoken of at all."""
        return bool(self.held or self.dropped or self.unsure or self.unlisted)

    def told(self) -> LicencesTold:
        """Without what is dropped, and without a doubt that is settled."""
        held = tuple(item for item in dict.fromkeys(self.held) if item not in self.dropped)
        unsure = () if set(self.unsure) & set(held) else self.unsure
        unlisted = tuple(dict.fromkeys(self.unlisted))
        dropped = tuple(dict.fromkeys(self.dropped))
        return LicencesTold(held, dropped, unsure, unlisted, tuple(self.likely), self.surely_not)
