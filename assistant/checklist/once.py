"""What follows from the knowledge, and a place or a name, is worked out once for each and kept as long as it is."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeVar

from assistant.knowledge.whole import Knowledge

P = ParamSpec("P")
T = TypeVar("T")


def once(work: Callable[Concatenate[Knowledge, P], T]) -> Callable[Concatenate[Knowledge, P], T]:
    """The same function, done once for each knowledge and whatever else it is asked; a knowledge is never changed, only
    replaced as a whole. What nobody told of an enterprise but ids may be asked: their number has an end."""
    kept: dict[int, dict[Hashable, T]] = {}

    def told(knowledge: Knowledge, /, *asked: P.args, **named: P.kwargs) -> T:
        mine = kept.get(id(knowledge))
        if mine is None:
            mine = kept[id(knowledge)] = {}
            weakref.finalize(knowledge, kept.pop, id(knowledge), None)
        key = (asked, *named.values())
        if key not in mine:
            mine[key] = work(knowledge, *asked, **named)
        return mine[key]

    return update_wrapper(told, work)
