"""Route (走哪条路): simple or general, decided by the conditions of the law as far as they were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.checklist import wording
from assistant.checklist.profile import BARS, Profile
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Condition:
    """One condition of the simple path: `met` is None where nobody told."""

    text: str
    met: bool | None
    broken: str  # how it reads in a reason where it is not met
    source: str


@dataclass(frozen=True)
class Route:
    """How the registration ends: 简易 `simple`, 一般 `general`, without liquidation `direct`, not told yet `open`."""

    way: Literal["none", "direct", "simple", "general", "open"]
    because: str = ""
    conditions: tuple[Condition, ...] = ()

    @property
    def broken(self) -> tuple[str, ...]:
        """Why the simple path is closed; empty where nothing that was told closes it."""
        return _broken(self.conditions)


def route_of(
    knowledge: Knowledge, profile: Profile, kind: m.EnterpriseType | None, licences: Sequence[str], registry: str | None
) -> Route:
    """The route of one enterprise (市场主体登记管理条例 第三十三条、实施细则 第四十八条)."""
    if registry is None:
        return Route("none")
    if kind is None:
        return Route("open", wording.OPEN_NO_TYPE)
    conditions = _conditions(knowledge, profile, kind, licences)
    if kind.liquidation is None:
        return Route("open", wording.TYPE_OPEN)
    if kind.liquidation is False:
        return Route("direct", wording.no_liquidation(kind), conditions if kind.simple else ())
    if closed := _broken(conditions):
        return Route("general", wording.GENERAL.format(because="；".join(closed)), conditions)
    if kind.simple is None:
        return Route("open", wording.TYPE_OPEN, conditions)
    if profile.debts is None:
        return Route("open", wording.OPEN_NO_DEBTS, conditions)
    return Route("simple", wording.SIMPLE_YES, conditions)


def _conditions(
    knowledge: Knowledge, profile: Profile, kind: m.EnterpriseType, licences: Sequence[str]
) -> tuple[Condition, ...]:
    """The conditions, those that are asked about first."""
    approved = [wording.held(knowledge, i) for i in sorted(licences) if knowledge.items[i].approval_first]
    by_approval = wording.BLOCKED_APPROVAL.format(names=wording.listed(approved))
    by_type = wording.BLOCKED_TYPE.format(kind=kind.name)
    told = [(*wording.CONDITIONS[key], _denied(getattr(profile, key))) for key in ("debts", "abnormal_list", *BARS)]
    no_approval = False if approved else None if profile.licences is None else True
    return (
        *(Condition(text, met, broken, source) for text, broken, source, met in told),
        Condition(wording.NO_APPROVAL, no_approval, by_approval, wording.SIMPLE_BARS_SOURCE),
        Condition(wording.TYPE_MAY, kind.simple, by_type, wording.SIMPLE_SOURCE),
        Condition(
            wording.ALL_PROMISE, _denied(profile.missing_shareholder), wording.NOT_ALL_PROMISE, wording.SIMPLE_SOURCE
        ),
    )


def _broken(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """What closes the simple path, in words."""
    return tuple(condition.broken for condition in conditions if condition.met is False)


def _denied(told: bool | None) -> bool | None:
    """A bar that is denied is a condition that is met."""
    return None if told is None else not told
