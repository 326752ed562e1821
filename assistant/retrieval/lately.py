"""What was looked up lately, so that it need not be looked up again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Lately(Generic[Key, Value]):
    """The last `most` things that were put in or asked for; several threads may do so at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Key, Value] = OrderedDict()
        self._alone = Lock()

    def get(self, key: Key) -> Value | None:
        """What is known of a key."""
        with self._alone:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Know this of a key; what was not asked for the longest is forgotten."""
        with self._alone:
            self._known[key] = value
            self._known.move_to_end(key)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return value
