"""The three faces of a guide beside its text: the page, what WeChat shows, the sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.responses import HTMLResponse

from api.editors.preview import Preview
from api.html import rendered
from api.staff.shell import Screen
from assistant.cards import Choice, Turn
from assistant.render.wechat import Message, messages

NO_STORE = {"Cache-Control": "no-store"}


class _FromOne:
    """Numbers for a conversation that has just begun."""

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """1, 2, 3 …"""
        return list(range(1, len(choices) + 1))


def faces(screen: Screen, seen: Preview | None, region: str) -> dict[str, Any]:
    """What `editors/faces.html` is told."""
    knowledge = screen.parts.knowledge
    places = [(one.id, one.name) for one in knowledge.regions.values() if one.level == "县"]
    told: dict[str, Any] = {"seen": seen, "region": region, "places": places, "wechat": ()}
    if seen is not None and seen.card is not None:
        told |= {
            "wechat": _in_wechat(screen, seen),
            "hotline_number": knowledge.hotline_of(seen.guide_id),
            "address": f"{screen.root}/guides/{seen.guide_id}",
            "here": knowledge.regions.get(region),
        }
    return told


def _in_wechat(screen: Screen, seen: Preview) -> list[Message]:
    assert seen.card is not None
    turn = Turn(status="answered", cards=(seen.card,))
    return messages(turn, _FromOne(), link=lambda path: screen.root + path)


def printed(screen: Screen, seen: Preview, region: str) -> HTMLResponse:
    """The page of the guide itself, over the knowledge as it would be."""
    guide, knowledge = seen.knowledge.guide(seen.guide_id), seen.knowledge
    body = rendered(
        "guide.html",
        big=False,
        big_switch="/guides",
        path=f"/guides/{seen.guide_id}",
        knowledge=knowledge,
        guide=guide,
        guide_id=seen.guide_id,
        card=seen.card,
        department=knowledge.department_of(seen.guide_id),
        region=knowledge.regions.get(region),
        places=[],
        related=[other for other in guide.related if other in knowledge.guides],
        address=f"{screen.root}/guides/{seen.guide_id}",
    )
    return HTMLResponse(body, headers=NO_STORE)
