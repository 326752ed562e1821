"""A draft (草稿) as it stands, how far it has come, and what is said to whoever comes too late."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from assistant.errors import Refused
from assistant.timezone import CHINA


class DraftState(StrEnum):
    """How far a draft has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"  # a second person has agreed; it waits for its moment
    PUBLISHING = "publishing"  # this very moment
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self]


LABELS = {
    DraftState.DRAFT: "正在写",
    DraftState.PROPOSED: "等人审",
    DraftState.APPROVED: "审过了，到时候发布",
    DraftState.PUBLISHING: "正在发布",
    DraftState.PUBLISHED: "已发布",
    DraftState.REFUSED: "退回",
    DraftState.WITHDRAWN: "撤回",
}
ALONE: Mapping[int, int] = MappingProxyType({})  # number → version of those that are published with a draft: none
OPEN = (DraftState.DRAFT, DraftState.PROPOSED, DraftState.APPROVED, DraftState.REFUSED)  # what is refused is mended


@dataclass(frozen=True)
class Draft:
    """A draft as it stands; one that nobody has begun has the number and the version 0."""

    id: int
    path: str
    text: str
    base: str | None  # the file it began from; None where there was none
    version: int
    state: DraftState
    hands: tuple[str, ...]
    reason: str
    reviewer: str | None
    refusal: str | None
    publish_at: dt.datetime | None
    until: dt.datetime | None
    publication: int | None
    bundle: str | None
    made_at: dt.datetime
    saved_at: dt.datetime

    @property
    def base_digest(self) -> str:
        """What names the text that the draft began from."""
        return digest_of(self.base)

    @property
    def open(self) -> bool:
        """Whether something can still become of it."""
        return self.state in OPEN

    @property
    def wanted(self) -> str | None:
        """What the file shall be; None, written as nothing at all, takes a guide away."""
        return self.text if self.text.strip() else None


@dataclass(frozen=True)
class Typed:
    """A text for a file, typed over the draft that was seen in `version`, or (0) over the file with the digest `base`."""

    path: str
    text: str
    version: int = 0
    base: str | None = None  # None: whatever the file is

    @classmethod
    def over(cls, seen: Draft, text: str) -> Typed:
        """A text over a draft, or a file that nobody has begun to change, as it was opened."""
        return cls(seen.path, text, seen.version, None if seen.version else seen.base_digest)


class Conflict(Refused):
    """Somebody else saved in between: nothing was written; `draft` is what stands now."""

    def __init__(self, sentence: str, draft: Draft) -> None:
        super().__init__(sentence)
        self.draft = draft


def digest_of(text: str | None) -> str:
    """What names a text; "" for none."""
    return "" if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def must_be(draft: Draft, version: int, states: Iterable[DraftState]) -> None:
    """Conflict where it is not what was seen; Refused where it is in none of these states."""
    if draft.version != version:
        raise quicker(draft)
    if draft.state not in states:
        raise Refused(f"这份草稿{draft.state.label}，这一步办不了。")


def quicker(draft: Draft) -> Conflict:
    """What is said to whoever saves a version that is not the last."""
    by = (
        f"{draft.hands[-1]} {draft.saved_at.astimezone(CHINA):%H:%M} 改过这份草稿"
        if draft.hands
        else "草稿已经发布或撤回"
    )
    return Conflict(f"您打开以后，{by}。您这次写的没有存，请看过现在的样子再改。", draft)
