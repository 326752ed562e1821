"""Questions without answer as pages: what people asked, grouped; from each in one step to a draft, its effect shown first."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, EditorsDesk, engine_of, new_router
from api.files import download
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk import steps
from assistant.desk.effect import Effect, effect
from assistant.desk.report import as_csv, as_workbook
from assistant.desk.unanswered import DAYS, Group, Step, Unanswered
from assistant.errors import NotFound, Refused
from assistant.retrieval.finder import Finder
from assistant.retrieval.renewing import previewed
from assistant.text import cleaned

router = new_router()
PLACE = f"{EDITORS}/unanswered"
SHOWN, NEAREST, SETTLED = 100, 5, 100
SPANS = (7, 30)
Days = Annotated[int, Query(ge=1, le=366)]
GONE = "这一组没有了：可能有人刚处理过，或者对话到期删了。"


@router.get("/unanswered", dependencies=AT)
def listed(at: AtDesk, days: Days = DAYS, told: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """The groups that wait, the largest first."""
    groups = _groups(at, days)
    return at.page(
        "editors/unanswered.html",
        groups=groups[:SHOWN],
        more=max(0, len(groups) - SHOWN),
        times=sum(one.times for one in groups),
        days=days,
        spans=SPANS,
        told=told if told in list(Step) else "",
        by_meaning=_encoder(at) is not None,
    )


@router.get("/unanswered/done", dependencies=AT)
def done(at: AtDesk) -> HTMLResponse:
    """What was done with which question, the latest first."""
    return at.page("editors/unanswered_done.html", settled=_inbox(at).settled(SETTLED), names=_names(at))


@router.get("/unanswered/report.{kind}", dependencies=AT)
def report(at: AtDesk, kind: str, days: Days = DAYS) -> Response:
    """The groups with their figures as a table for Excel or any other program."""
    made = {"csv": as_csv, "xlsx": as_workbook}.get(kind)
    if made is None:
        raise NotFound("只有 csv 和 xlsx 两种。")
    last = day_of(now())
    content = made(_groups(at, days), last - dt.timedelta(days=days), last)
    return download(content, f"没答上的问题-{last}.{kind}")


@router.get("/unanswered/{key}", dependencies=AT)
def one(at: AtDesk, key: str, days: Days = DAYS) -> HTMLResponse:
    """One group with what is near it and the steps to choose from."""
    return _one(at, _group(at, key, days), days)


@router.post("/unanswered/{key}/try", dependencies=AT)
def attempt(at: AtDesk, key: str, filled: Fields, days: Days = DAYS) -> Response:
    """What a step would do: who would now find it, who would be lost."""
    group = _group(at, key, days)
    try:
        proposed = _proposed(at, filled)
        found = _effect(at, group, proposed)
    except (Refused, NotFound) as refused:
        return _one(at, group, days, wrong=str(refused), filled=filled)
    return at.page(
        "editors/unanswered_effect.html",
        group=group,
        days=days,
        proposed=proposed,
        effect=found,
        again=filled.pairs,
        step=Step(filled.text("step")),
        name=_names(at).get(proposed.about) or filled.text("name", 60),
    )


@router.post("/unanswered/{key}/do", dependencies=AT)
def do(at: AtDesk, key: str, filled: Fields, days: Days = DAYS) -> Response:
    """The step done: a draft to be reviewed, or the question left alone with the reason."""
    group = _group(at, key, days)
    step = _step(filled)
    try:
        if step is Step.IGNORE:
            _inbox(at).settle(group.questions, step, at.who, reason=filled.text("reason", 300))
            return to(PLACE, told=step)
        proposed = _proposed(at, filled)
        draft = steps.keep(at.drafts, proposed, who=at.who, reason=f"有人问“{group.text}”，没答上")
        known = proposed.about in _names(at)  # what is new has no other name yet than the one that was typed
        about = proposed.about if known else filled.text("name", 60)
        _inbox(at).settle(group.questions, step, at.who, about=about, draft=draft.id)
    except (Refused, NotFound) as refused:
        return _one(at, group, days, wrong=str(refused), filled=filled)
    return to(f"{EDITORS}/edit/{proposed.path}") if step is Step.GUIDE else to(PLACE, told=step)


@router.post("/unanswered/{key}/again", dependencies=AT)
def again(at: AtDesk, key: str) -> Response:
    """One question back among those that wait."""
    _inbox(at).again(key)
    return to(f"{PLACE}/done")


def _one(at: EditorsDesk, group: Group, days: int, wrong: str = "", filled: Filled | None = None) -> HTMLResponse:
    finder = at.screen.parts.finder
    typed = (filled or Filled()).text
    return at.page(
        "editors/unanswered_one.html",
        status=422 if wrong else 200,
        group=group,
        days=days,
        nearest=finder.rank(group.text, NEAREST),
        core=finder.witness.examine(group.text).core if isinstance(finder, Finder) else "",
        knowledge=at.screen.parts.knowledge,
        wrong=wrong,
        typed=typed,
        lines="\n".join((filled or Filled()).many("phrases")),
    )


def _proposed(at: EditorsDesk, filled: Filled) -> steps.Proposed:
    """The file as the step would have it."""
    step, about = _step(filled), filled.text("about", 100)
    phrases = _lines(filled, "phrases")
    if step is Step.ALIAS:
        return steps.add_to_guide(at.drafts, about, steps.ALIASES, phrases)
    if step is Step.SAMPLE:
        return steps.add_to_guide(at.drafts, about, steps.SAMPLES, phrases)
    name, own = filled.text("name", 60), filled.text("own", 60)
    if step is Step.REDIRECT and about:
        return steps.add_to_redirect(at.drafts, about, phrases)
    if step is Step.REDIRECT:
        reply = filled.text("reply", 300)
        return steps.begin_redirect(at.drafts, name, _lines(filled, "words"), reply, phrases, own)
    owner = at.screen.parts.knowledge.departments.get(filled.text("department", 60))
    return steps.begin_guide(at.drafts, name, owner.name if owner else "", phrases, day_of(now()), own)


def _lines(filled: Filled, key: str) -> list[str]:
    """What was typed one a line."""
    return [cleaned(line) for typed in filled.many(key) for line in typed[:2000].splitlines()]


def _effect(at: EditorsDesk, group: Group, proposed: steps.Proposed) -> Effect:
    """What the finder would do once it is published."""
    parts = at.screen.parts
    asked = [one.text for one in group.questions]
    with ONE_AT_A_TIME:
        after = previewed(parts.finder, steps.as_if_published(parts.knowledge, proposed), parts.equipment)
        return effect(parts.finder, after, asked, proposed.phrases, [proposed.about])


def _step(filled: Filled) -> Step:
    if (wanted := filled.text("step", 20)) not in list(Step):
        raise Refused("还没选怎么办。")
    return Step(wanted)


def _groups(at: EditorsDesk, days: int) -> list[Group]:
    since = now() - dt.timedelta(days=days)
    return _inbox(at).groups(at.screen.parts.finder, _encoder(at), since)


def _group(at: EditorsDesk, key: str, days: int) -> Group:
    found = next((one for one in _groups(at, days) if one.key == key), None)
    if found is None:
        raise NotFound(GONE)
    return found


def _encoder(at: EditorsDesk) -> Any:
    return at.screen.parts.equipment.encoder


def _inbox(at: EditorsDesk) -> Unanswered:
    return Unanswered(engine_of(at.screen))


def _names(at: EditorsDesk) -> dict[str, str]:
    """The guides and the other procedures by id."""
    knowledge = at.screen.parts.knowledge
    others = {one.id: one.name for one in knowledge.redirects.values()}
    return others | {own: guide.name for own, guide in knowledge.guides.items()}
