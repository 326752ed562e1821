"""Plan: from what an enterprise told us, the whole personal checklist. Pure: the same facts, the same list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from assistant.checklist import notes, wording
from assistant.checklist.dates import phase_line, timetable
from assistant.checklist.doors import door_of
from assistant.checklist.entries import entry_of
from assistant.checklist.materials import Asked, asked, circumstances, merged
from assistant.checklist.model import Checklist, Condition, ItemRef, Need, Path, Phase, UnlistedNote
from assistant.checklist.order import Needs, dependencies, phased, reason
from assistant.checklist.profile import Profile
from assistant.checklist.route import Route
from assistant.checklist.savings import savings
from assistant.checklist.selection import Selection, held_licences, kind_of, registered, selected
from assistant.checklist.trips import trips
from assistant.knowledge.whole import Knowledge


def make_checklist(knowledge: Knowledge, profile: Profile, today: dt.date) -> Checklist:
    """The checklist of one enterprise, issued today."""
    selection = selected(knowledge, profile)
    chosen = tuple(selection.why)
    needs = dependencies(knowledge, chosen, selection.registry)
    by_phase = phased(knowledge, chosen, needs, selection.registry)
    doors = {i: door_of(knowledge, profile.place, i, profile.way_of(i)) for i in chosen}
    by_proxy, oneself = (circumstances(profile, selection.route, by_proxy=way) for way in (True, False))
    told = {i: by_proxy if doors[i].can_proxy and profile.way_of(i) == "proxy" else oneself for i in chosen}
    everything = asked(knowledge, profile, selection, told)
    by_entry: dict[str, list[Asked]] = {guide_id: [] for guide_id in chosen}
    for one in everything:
        by_entry[one.entry].append(one)
    entries = {
        guide_id: entry_of(
            knowledge,
            profile,
            selection,
            guide_id,
            doors[guide_id],
            after=[_need(knowledge, guide_id, need, selection.registry) for need in needs[guide_id]],
            materials=by_entry[guide_id],
            told=told[guide_id],
        )
        for _, members in by_phase
        for guide_id in members
    }
    dates, timeline, length = timetable(knowledge, profile, selection, tuple(entries.values()), today)
    entries = {i: entry.model_copy(update={"dates": dates[i]}) for i, entry in entries.items()}
    lines = merged(everything, {i: entry.item.name for i, entry in entries.items()})
    phases = tuple(
        Phase(
            name=wording.PHASES[phase],
            note=_phase_note(phase, members, needs, selection),
            dates=phase_line([entries[guide_id] for guide_id in members], dates, today),
            entries=tuple(entries[guide_id] for guide_id in members),
        )
        for phase, members in by_phase
    )
    ways, ways_alone = trips(phases)
    region = knowledge.regions.get(profile.place or "")
    return Checklist(
        profile=profile,
        summary=_summary(knowledge, profile),
        place=region.name if region else None,
        partial=notes.is_partial(knowledge, profile),
        demo=bool(region and region.demo),
        path=_path(selection.route),
        phases=phases,
        materials=lines,
        not_applicable=selection.not_applicable,
        unlisted=_unlisted(knowledge, profile),
        open_facts=notes.open_facts(knowledge, profile, selection),
        notes=notes.notes(knowledge, profile, selection, tuple(entries.values())),
        trips=ways,
        savings=savings(phases, lines, ways, ways_alone, length),
        timeline=timeline,
        knowledge_digest=knowledge.digest,
        issued_on=today,
    )


def _need(knowledge: Knowledge, entry: str, need: str, registry: str | None) -> Need:
    """One arrow of the graph, with its reason."""
    because = reason(knowledge, entry, need, registry)
    return Need(
        id=need,
        name=knowledge.name_of(need),
        why=because.why,
        source=because.source,
        state=because.state.value,
    )


def _path(route: Route) -> Path | None:
    """The route with the conditions that decided it."""
    if route.way == "none":
        return None
    conditions = tuple(Condition(text=one.text, met=one.met, source=one.source) for one in route.conditions)
    return Path(way=route.way, name=wording.PATHS[route.way], because=route.because, conditions=conditions)


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
        unlisted=[thing.name for i, thing in knowledge.unlisted.items() if i in profile.unlisted],
        scope=profile.whole_or_licence_only,
        registered=registered(kind),
    )


def _unlisted(knowledge: Knowledge, profile: Profile) -> tuple[UnlistedNote, ...]:
    """Things that were named and are not on the list, with the nearest that are."""
    return tuple(
        UnlistedNote(
            name=thing.name,
            note=thing.note,
            near=tuple(
                ItemRef(id=near, name=knowledge.name_of(near))
                for near in knowledge.nearest_to(thing.id)
                if near in knowledge.items or near in knowledge.topics
            ),
        )
        for thing in (thing for i, thing in knowledge.unlisted.items() if i in profile.unlisted)
    )
