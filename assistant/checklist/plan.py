"""Plan: from what an enterprise told us, the whole personal checklist. Pure: the same facts, the same list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from assistant.checklist import notes, wording
from assistant.checklist.dates import phase_line, timetable
from assistant.checklist.entries import door_of, entry_of
from assistant.checklist.materials import asked, circumstances, merged
from assistant.checklist.model import Checklist, ItemRef, Phase, UnlistedNote
from assistant.checklist.order import Needs, dependencies, phased
from assistant.checklist.profile import Profile
from assistant.checklist.savings import savings
from assistant.checklist.selection import Selection, held_licences, kind_of, selected
from assistant.knowledge.whole import Knowledge

GUIDED: Literal["指引自办"] = "指引自办"


def make_checklist(knowledge: Knowledge, profile: Profile, today: dt.date) -> Checklist:
    """The checklist of one enterprise, issued today."""
    selection = selected(knowledge, profile)
    chosen = tuple(selection.why)
    needs = dependencies(knowledge, chosen, selection.registry)
    by_phase = phased(knowledge, chosen, needs, selection.registry)
    told = circumstances(profile, selection.route)
    everything = asked(knowledge, chosen, told, registry=selection.registry, simple=selection.route.way == "simple")
    entries = {
        guide_id: entry_of(
            knowledge,
            profile,
            guide_id,
            why=selection.why[guide_id],
            after=needs[guide_id],
            materials=[one for one in everything if one.entry == guide_id],
            told=told,
        )
        for _, members in by_phase
        for guide_id in members
    }
    dates, timeline = timetable(knowledge, profile, selection, tuple(entries.values()), today)
    entries = {i: entry.model_copy(update={"dates": dates[i]}) for i, entry in entries.items()}
    lines = merged(everything, tuple(entries))
    region = knowledge.regions.get(profile.place or "")
    return Checklist(
        profile=profile,
        summary=_summary(knowledge, profile),
        place=region.name if region else None,
        partial=notes.is_partial(knowledge, profile),
        demo=bool(region and region.demo),
        phases=tuple(
            Phase(
                name=wording.PHASES[phase],
                note=_phase_note(phase, members, needs, selection),
                dates=phase_line([entries[guide_id] for guide_id in members], dates, today),
                entries=tuple(entries[guide_id] for guide_id in members),
            )
            for phase, members in by_phase
        ),
        materials=lines,
        not_applicable=selection.not_applicable,
        unlisted=_unlisted(knowledge, profile),
        open_facts=notes.open_facts(knowledge, profile, selection),
        notes=notes.notes(knowledge, profile, selection, tuple(entries.values())),
        savings=savings(
            tuple(entries.values()),
            lines,
            proxied=[i for i, e in entries.items() if door_of(knowledge, profile, i).proxy and e.tier != GUIDED],
            by_proxy=profile.proxy == "proxy",
        ),
        timeline=timeline,
        knowledge_digest=knowledge.digest,
        issued_on=today,
    )


def _phase_note(phase: int, members: Sequence[str], needs: Needs, selection: Selection) -> str | None:
    """What holds for a whole phase."""
    if phase == wording.LICENCES and any(set(needs[member]) & set(members) for member in members):
        return wording.ONE_AFTER_ANOTHER
    if phase == wording.LICENCES and selection.registry is not None:
        return wording.LICENCES_BEFORE_REGISTRY
    return wording.PHASE_NOTES.get(phase)


def _summary(knowledge: Knowledge, profile: Profile) -> str:
    """What we understood, in one sentence."""
    kind = kind_of(knowledge, profile)
    region = knowledge.regions.get(profile.place or "")
    industry = knowledge.industries.get(profile.industry or "")
    return wording.summary(
        knowledge,
        kind=wording.addressed(kind) if kind else None,
        place=region.name if region else None,
        trade=industry.name if industry else profile.industry,
        licences=held_licences(knowledge, profile),
        unlisted=[knowledge.unlisted[i].name for i in profile.unlisted if i in knowledge.unlisted],
        scope=profile.whole_or_licence_only,
    )


def _unlisted(knowledge: Knowledge, profile: Profile) -> tuple[UnlistedNote, ...]:
    """Things that were named and are not on the list, with the nearest that are."""
    return tuple(
        UnlistedNote(
            name=thing.name,
            note=thing.note,
            near=tuple(
                ItemRef(id=near, name=knowledge.name_of(near))
                for near in thing.near
                if near in knowledge.items or near in knowledge.topics
            ),
        )
        for thing in (knowledge.unlisted[i] for i in dict.fromkeys(profile.unlisted) if i in knowledge.unlisted)
    )
