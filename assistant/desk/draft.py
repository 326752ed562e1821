"""A draft (草稿) as it stands, how far it has come, and what is said to whoever comes too late."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import Refused


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


class Conflict(Refused):
    """Somebody else saved in between: nothing was written; `draft` is what stands now."""

    def __init__(self, sentence: str, draft: Draft) -> None:
        super().__init__(sentence)
        self.draft = draft


def digest_of(text: str | None) -> str:
    """What names a text; "" for none."""
    return "" if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
