"""Changes for a limited time (有效期): whether one still stands on its own word when its time is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.desk.journal import Publication
from assistant.desk.merging import brought_together
from assistant.errors import Refused


def stands(one: Publication, later: Iterable[Publication], now_is: Mapping[str, str | None]) -> bool:
    """Whether something of a change is left in the files as they are now that nobody has written anew since it had gone.

    `later` are the publications since, oldest first. Taking back what had taken it back brings it again, with its end.
    """
    texts = one.after
    still = True
    for each in later:
        if texts.keys().isdisjoint(each.files):
            continue
        texts |= {path: text for path, text in each.after.items() if path in texts}
        still = _left(one, texts) and (still or each.undoes is not None)
    return still and _left(one, now_is)


def _left(one: Publication, texts: Mapping[str, str | None]) -> bool:
    """Whether taking a change out of these texts would make them others."""
    try:
        return any(
            brought_together(path, new, old, texts[path]) != texts[path] for path, (old, new) in one.files.items()
        )
    except Refused:  # something was made of it since
        return True
