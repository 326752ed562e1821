"""What holds for every profile, on the knowledge we serve and on small generated ones."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checklist import order
from assistant.checklist.calendar import from_the_library
from assistant.checklist.materials import OWNERS_CARD, circumstances, papers_of
from assistant.checklist.model import Checklist, Entry, LimitRef
from assistant.checklist.persons import identity_card, promise
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import SITUATIONS, TOLD_ONLY, Profile
from assistant.checklist.selection import SITUATION_TOPICS, selected
from assistant.checklist.wording import HEIR
from assistant.knowledge import model as m
from assistant.knowledge.load import read_folder
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, an_item

TODAY = dt.date(2026, 11, 21)
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


@cache
def served() -> Knowledge:
    """The knowledge of this repository with the fictional region; what `daoban check` finds in it is not our matter."""
    knowledge, reading = read_folder(Path(__file__).parents[2] / "knowledge", demo=True)
    assert knowledge is not None, reading.findings[:3]
    return knowledge


def profiles(knowledge: Knowledge) -> st.SearchStrategy[Profile]:
    """Any profile that can be told about this knowledge."""
    licences = st.lists(st.sampled_from(sorted(knowledge.items)), max_size=8)
    told = st.sampled_from([True, False, None])

    def some(ids: Any) -> st.SearchStrategy[Any]:
        return st.sampled_from([None, *sorted(ids)])

    return st.builds(
        Profile,
        enterprise_type=some(knowledge.enterprise_types),
        place=some(knowledge.regions),
        industry=some(knowledge.industries),
        licences=st.none() | licences.map(tuple),
        denied=licences.map(tuple),
        unlisted=st.lists(st.sampled_from(["", *sorted(knowledge.unlisted)]), max_size=2).map(tuple),
        unsure_between=licences.map(lambda ids: tuple(ids[:2])),
        whole_or_licence_only=st.sampled_from(["whole", "licence_only", None]),
        proxy=st.sampled_from(["proxy", "self", None]),
        hurried=st.booleans(),
        no_other_licences=st.booleans(),
        proxy_by_entry=st.dictionaries(
            st.sampled_from([*sorted(knowledge.items), *sorted(knowledge.topics)]),
            st.sampled_from(["proxy", "self"]),
            max_size=4,
        ),
        **dict.fromkeys((*SITUATIONS, *TOLD_ONLY), told),
    )


@st.composite
def small_knowledge(draw: st.DrawFn) -> Knowledge:
    """示例市 with a few items of any kind, in any order of needs, rings included."""
    flags: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {"approval_first": st.booleans(), "after_deregistration": st.booleans()}
    )
    names = ("a", "b", "c", "d")[: draw(st.integers(1, 4))]
    tiers = st.sampled_from([None, *m.ProxyTier])
    items = [an_item(name, name, tier=draw(tiers), **draw(flags)) for name in names]
    targets = st.lists(st.sampled_from([*names, "shuiwu-zhuxiao", "qiye-zhuxiao-dengji"]), max_size=2)
    only_if = st.builds(
        m.OnlyIf,
        enterprise_types=st.sampled_from([(), ("geti",), ("gongsi", "geti")]),
        situations=st.sampled_from([(), ("seal",), ("daiban-ren",), ("zheng-diu",), ("jianyi", "yiban")]),
    )
    material = st.builds(
        a_material,
        st.sampled_from(["许可证", "清算报告"]),
        form=st.sampled_from([None, "原件", "复印件", "原件和复印件", "电子版"]),
        copies=st.none() | st.integers(1, 3),
        already_held=st.booleans(),
        electronic=st.booleans(),
        kept_by_each=st.booleans(),
        only_if=st.none() | only_if,
    ) | st.just(a_material(shared="shenfenzheng"))
    written = [*names, "gongsi-zhuxiao-dengji", "jianyi-zhuxiao", "qingsuan-gonggao", "shuiwu-zhuxiao"]
    topics = a_knowledge().topics
    limit = st.builds(
        m.Limit,
        days=st.none() | st.integers(0, 40),
        unit=st.sampled_from([None, "日", "工作日"]),
        whose=st.sampled_from(["办结", "申请"]),
        sources=st.just(("示例法 第一条",)),
        state=st.sampled_from([*m.State]),
    )
    guides = {
        guide_id: a_guide(
            topics[guide_id].name if guide_id in topics else guide_id,
            *draw(st.lists(material, max_size=3)),
            statutory_limit=draw(st.none() | limit),
        )
        for guide_id in written
    }
    rules = [
        m.LocalRule(region=COUNTY, item=name, tier=draw(st.sampled_from([None, *m.ProxyTier])), window=window)
        for name in names
        if (window := draw(st.sampled_from([None, "yancao", "zhuanchuang"]))) or draw(st.booleans())
    ]
    sure = st.sampled_from([m.State.OPEN, m.State.SOURCED])
    kinds = {i: kind.model_copy(update={"state": draw(sure)}) for i, kind in a_knowledge().enterprise_types.items()}
    return a_knowledge(
        *items,
        enterprise_types=kinds,
        guides=guides,
        shared=[m.SharedMaterial(id="shenfenzheng", name="身份证", form="原件和复印件", copies=1)],
        rules=rules,
        licence_order={name: draw(targets) for name in names},
    )


def check(knowledge: Knowledge, profile: Profile) -> Checklist:
    """Everything that holds for a checklist, whatever was told."""
    checklist = make_checklist(knowledge, profile, TODAY)
    entries = [entry.item.id for entry in checklist.entries]
    _every_licence_once(knowledge, profile, entries)
    _nothing_that_does_not_apply(knowledge, profile, checklist, entries)
    _every_material_present(knowledge, profile, checklist)
    _order_kept(knowledge, profile, checklist, entries)
    _counted(checklist)
    for entry in checklist.entries:
        assert entry.hotline.isdigit(), "someone to call"
        assert entry.why.startswith("您"), "why it is here"
        assert entry.proxy_note
        assert entry.way == profile.proxy_by_entry.get(entry.item.id, profile.proxy)
        at_proxy_window = entry.can_proxy and entry.way != "self"
        assert (entry.own_window is not None) == (at_proxy_window and knowledge.is_item(entry.item.id))
        for window in filter(None, (entry.window, entry.own_window)):
            assert window.name, "somewhere to go"
    text = checklist.model_dump_json(by_alias=True)
    assert '"待核"' not in text.replace('"state":"待核"', "")
    assert "None" not in checklist.summary
    assert "{" not in "".join((*checklist.notes, *(fact.consequence for fact in checklist.open_facts)))
    assert Checklist.model_validate_json(text) == checklist
    return checklist


def _every_licence_once(knowledge: Knowledge, profile: Profile, entries: list[str]) -> None:
    held = set(profile.licences or ()) - set(profile.denied)
    assert {entry for entry in entries if knowledge.is_item(entry)} == held
    assert len(entries) == len(set(entries))


def _nothing_that_does_not_apply(
    knowledge: Knowledge, profile: Profile, checklist: Checklist, entries: list[str]
) -> None:
    topics = {entry for entry in entries if not knowledge.is_item(entry)}
    kind = knowledge.enterprise_types.get(profile.enterprise_type or "")
    assert not topics & {line.item.id for line in checklist.not_applicable}
    assert not set(entries) & {line.item.id for line in checklist.not_applicable}
    if profile.whole_or_licence_only != "whole":
        assert not topics
    for key, topic in SITUATION_TOPICS.items():
        assert topic not in topics or getattr(profile, key) is True
    if kind is not None and kind.liquidation is not True:
        assert not topics & {order.SIMPLE, order.NOTICE}
    if kind is not None and kind.registry is None:
        assert not {topic for topic in topics if topic.endswith("dengji")}
    assert not {order.SIMPLE, order.NOTICE} <= topics


def _every_material_present(knowledge: Knowledge, profile: Profile, checklist: Checklist) -> None:
    """What a guide asks of this enterprise is on the list, for that entry, in enough copies; nothing else is."""
    lines = {line.id: line for line in checklist.materials}
    assert len(lines) == len(checklist.materials)
    selection = selected(knowledge, profile)
    heirs = profile.owner_deceased is True and profile.enterprise_type in (None, "geti", "geren-duzi")
    for entry in checklist.entries:
        assert set(entry.materials) <= lines.keys()
        assert len(set(entry.materials)) == len(entry.materials)
        assert all(entry.item.id in lines[needed].for_ for needed in entry.materials)
        told = circumstances(profile, selection.route, by_proxy=entry.can_proxy and entry.way == "proxy")
        closing = entry.item.id in (selection.registry, *order.ANNOUNCEMENTS)
        papers = papers_of(knowledge, profile, selection, entry.item.id)
        written = [one for i in papers if i in knowledge.guides for one in knowledge.guides[i].materials]
        kind = profile.enterprise_type
        names = set()
        for one in written:
            material = knowledge.material(one)
            promises = closing and (material.name or "").endswith("承诺书")
            if not told.meet(material.only_if) or (entry.online and one.shared):
                continue
            if promises and selection.route.way == "general":
                continue
            if one.shared == OWNERS_CARD:
                names.add(HEIR if heirs else identity_card(kind) if kind else material.name)
            else:
                names.add(promise(kind, by_heirs=heirs)[0] if promises and kind else material.name)
        assert {lines[needed].name for needed in entry.materials} == names
    for line in checklist.materials:
        assert set(line.for_) == {e.item.id for e in checklist.entries if line.id in e.materials}
        assert set(line.waived_for) <= set(line.for_)
        assert line.exempt == (line.waived_for == line.for_)
        assert line.copies is None or line.copies >= 1
        assert line.originals is None or line.originals >= ("原件" in (line.form or ""))
        assert line.photocopies is None or line.photocopies >= ("复印件" in (line.form or ""))
        assert line.exempt <= bool(line.reason)


def _order_kept(knowledge: Knowledge, profile: Profile, checklist: Checklist, entries: list[str]) -> None:
    """Every dependency that is written or the law's is kept, also through what is not on the list; each has a reason."""
    for entry in checklist.entries:
        assert all(entries.index(need.id) < entries.index(entry.item.id) for need in entry.after)
        assert all(need.why for need in entry.after)
    assert order.cycle({e.item.id: tuple(need.id for need in e.after) for e in checklist.entries}) == ()
    assert all(phase.entries for phase in checklist.phases)
    graph = _whole_graph(knowledge, profile)
    if order.cycle({node: tuple(needs) for node, needs in graph.items()}):
        return  # a ring is cut somewhere; `daoban check` keeps it out of what is served
    for entry in entries:
        for far in _everything_before(graph, entry) & set(entries):
            assert entries.index(far) < entries.index(entry)


def _whole_graph(knowledge: Knowledge, profile: Profile) -> dict[str, set[str]]:
    """What waits for what, read off the procedures and the law anew."""
    registry = selected(knowledge, profile).registry
    graph: dict[str, set[str]] = {}
    for procedure in (knowledge.procedures.get("qiye-zhuxiao"), knowledge.procedures.get("xuke-shunxu")):
        for step in procedure.steps if procedure else ():
            named = [registry or one if one == "qiye-zhuxiao-dengji" else one for one in (step.guide, *step.needs)]
            graph.setdefault(named[0], set()).update(named[1:])
    if registry is not None:
        law = {order.TAX, order.CUSTOMS, order.BRANCHES, order.SIMPLE, order.NOTICE} - {registry}
        held = [knowledge.items[i] for i in profile.licences or () if i not in profile.denied]
        graph.setdefault(registry, set()).update(law, (item.id for item in held if item.approval_first))
        for item in held:
            if item.after_deregistration:
                graph.setdefault(item.id, set()).add(registry)
    return graph


def _everything_before(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        fresh = graph.get(left.pop(), set()) - found
        found |= fresh
        left += fresh
    return found


def _counted(checklist: Checklist) -> None:
    """Each figure of the savings, counted again from what the checklist shows."""
    shown = {saving.what: (saving.alone, saving.together) for saving in checklist.savings}
    assert all(0 <= together <= alone for alone, together in shown.values())
    assert bool(shown) == bool(checklist.entries)
    on_trips = [one for trip in checklist.trips for one in trip.for_]
    assert sorted(on_trips) == sorted(entry.item.id for entry in checklist.entries if not entry.online)
    for entry in (one for one in checklist.entries if not one.online):
        (trip,) = [trip for trip in checklist.trips if entry.item.id in trip.for_]
        assert not trip.proxy or (entry.can_proxy and entry.way == "proxy")
        assert trip.to in ((entry.own_window or entry.window).name, entry.window.name)
        assert all(need.id not in trip.for_ for need in entry.after), "what is waited for is handed in before"
    if not shown:
        return
    brought = {line.id: line for line in checklist.materials if not line.exempt}
    handed_in = [(i, e.item.id) for e in checklist.entries for i in e.materials if i in brought]
    alone = [(i, entry) for i, entry in handed_in if entry not in brought[i].waived_for]
    assert shown["材料"][0] == len(alone)
    assert shown["材料"][1] == len({(i, entry) if brought[i].each else (i, "") for i, entry in alone})
    assert shown["跑动"] == (_trips_oneself(checklist), len(checklist.trips))
    assert shown["环节"] == (2 * len(on_trips), 2 * len(checklist.trips))
    days = (_one_by_one(checklist), _side_by_side(checklist))
    known = any(any(_times(entry)) for entry in checklist.entries)
    assert shown.get("天数", (0, 0)) == (days if known and days[0] else (0, 0))


def _trips_oneself(checklist: Checklist) -> int:
    """The ways if one goes to every department oneself: places by phase, and by turn where one waits for another."""
    ways: set[tuple[str, int, str]] = set()
    for phase in checklist.phases:
        turns: dict[str, int] = {}
        for entry in phase.entries:
            before = [turns[need.id] for need in entry.after if need.id in turns]
            turns[entry.item.id] = 1 + max(before, default=0)
            if not entry.online:
                ways.add((phase.name, turns[entry.item.id], (entry.own_window or entry.window).name))
    return len(ways)


def _one_by_one(checklist: Checklist) -> int:
    """The days if no entry is begun before the last one is done, by the periods and limits that the list shows."""
    calendar, ready, left = from_the_library(), checklist.issued_on, sorted(checklist.entries, key=lambda e: e.item.id)
    while left:
        waiting = {entry.item.id for entry in left}
        entry = next(e for e in left if not waiting & {need.id for need in e.after})
        left.remove(entry)
        period, limit = _times(entry)
        if period and _announces(entry):
            end = calendar.end(ready, period.days, period.unit)
            ready = calendar.day_after(end)
            continue
        start = calendar.working_day(ready)
        if period:
            told = ready if entry.item.id.endswith("dengji") else start
            start = calendar.day_after(calendar.end(told, period.days, period.unit))
        ready = end = calendar.end(start, limit.days, limit.unit) if limit else start
    return (end - checklist.issued_on).days


def _side_by_side(checklist: Checklist) -> int:
    """The days if each entry is begun as soon as what it waits for is done."""
    calendar, today = from_the_library(), checklist.issued_on
    ends: dict[str, dt.date] = {}
    free: dict[str, dt.date] = {}
    for entry in checklist.entries:
        ready = max([today, *(free[need.id] for need in entry.after)])
        period, limit = _times(entry)
        name = entry.item.id
        if period and _announces(entry):
            ends[name] = calendar.end(ready, period.days, period.unit)
            free[name] = calendar.day_after(ends[name])
            continue
        start = calendar.working_day(ready)
        if period:
            told = today if name.endswith("dengji") else calendar.working_day(today)
            start = max(start, calendar.day_after(calendar.end(told, period.days, period.unit)))
        ends[name] = free[name] = calendar.end(start, limit.days, limit.unit) if limit else start
    return (max(ends.values()) - today).days


def _announces(entry: Entry) -> bool:
    return entry.item.id in (order.SIMPLE, order.NOTICE)


def _times(entry: Entry) -> tuple[LimitRef | None, LimitRef | None]:
    """The period and the limit of an entry, as its dates say by whose word it holds."""
    assert entry.dates is not None
    limits = {"承诺": entry.promised_limit, "法定": entry.statutory_limit, None: None}
    return entry.dates.period, limits[entry.dates.limit]


@SLOW
@given(st.data())
def test_checklist_holds_on_served_knowledge(data: st.DataObject) -> None:
    """Whatever is told, the checklist of the knowledge we serve keeps its promises."""
    check(served(), data.draw(profiles(served())))


@SLOW
@given(small_knowledge(), st.data())
def test_checklist_holds_on_generated_knowledge(knowledge: Knowledge, data: st.DataObject) -> None:
    """It keeps them also on knowledge that nobody has written yet, rings included."""
    check(knowledge, data.draw(profiles(knowledge)))


def more_told(knowledge: Knowledge, data: st.DataObject) -> tuple[Profile, str, Any]:
    """A profile, a fact that it leaves open, and a value that could be told."""
    profile = data.draw(profiles(knowledge))
    keys = [key for key, value in profile if value is None]
    if not keys:
        profile, keys = profile.with_(debts=None), ["debts"]
    key = data.draw(st.sampled_from(sorted(keys)))
    values = {
        "enterprise_type": sorted(knowledge.enterprise_types),
        "place": sorted(knowledge.regions),
        "industry": sorted(knowledge.industries),
        "licences": [(), *((i,) for i in sorted(knowledge.items))],
        "whole_or_licence_only": ["whole", "licence_only"],
        "proxy": ["proxy", "self"],
    }
    return profile, key, data.draw(st.sampled_from(values.get(key, [True, False])))


def check_more(knowledge: Knowledge, data: st.DataObject) -> None:
    """One fact more: all still holds, nothing vanishes unexplained, nothing that was said not to apply comes back."""
    profile, key, value = more_told(knowledge, data)
    earlier, later = check(knowledge, profile), check(knowledge, profile.with_(**{key: value}))
    before, after = ({entry.item.id for entry in one.entries} for one in (earlier, later))
    assert key not in {fact.key for fact in later.open_facts}
    if key != "enterprise_type":  # what the registration is called, and whether there is one, hangs on the kind
        explained = {line.item.id for line in later.not_applicable}
        assert before - after <= explained
    allowed = {order.SIMPLE, order.NOTICE}  # said for the path as it was told so far
    assert (after - before) & {line.item.id for line in earlier.not_applicable} <= allowed
    if key in ("place", "proxy", "industry"):
        assert before == after
    if key not in ("licences", "whole_or_licence_only", "enterprise_type"):
        assert {i for i in before if knowledge.is_item(i)} == {i for i in after if knowledge.is_item(i)}
        needed = {(line.name, i) for line in later.materials for i in line.for_}
        lost = {(line.name, i) for line in earlier.materials for i in line.for_ if i in after} - needed
        assert all(not knowledge.is_item(i) or _hangs_on(knowledge, i, key) for _, i in lost)


def _hangs_on(knowledge: Knowledge, guide_id: str, key: str) -> bool:
    """Whether some material of a guide is for a situation, for somebody who comes, or changes its name with the owner."""
    if key == "owner_deceased":
        return True
    materials = [knowledge.material(one) for one in knowledge.guides[guide_id].materials]
    situations = {situation for one in materials if one.only_if for situation in one.only_if.situations}
    decided_by = {"debts": {"jianyi", "yiban"}, "proxy": {"daiban-ren"}, "place": {"daiban-ren"}}  # 指引自办 there
    bars = {"jianyi", "yiban"} if key in (*TOLD_ONLY, "abnormal_list") else set()
    return bool(situations & {key, *decided_by.get(key, set()), *bars})


@SLOW
@given(st.data())
def test_more_facts_never_make_the_served_list_wrong(data: st.DataObject) -> None:
    """Each fact more keeps every promise and takes back nothing without saying why."""
    check_more(served(), data)


@SLOW
@given(small_knowledge(), st.data())
def test_more_facts_never_make_a_generated_list_wrong(knowledge: Knowledge, data: st.DataObject) -> None:
    """The same on knowledge that nobody has written yet."""
    check_more(knowledge, data)


@SLOW
@given(small_knowledge(), st.data())
def test_checklist_does_not_depend_on_the_order_of_telling(knowledge: Knowledge, data: st.DataObject) -> None:
    """The same facts in any order give the same checklist to the letter."""
    same_in_any_order(knowledge, data)


@SLOW
@given(st.data())
def test_served_checklist_does_not_depend_on_the_order_of_telling(data: st.DataObject) -> None:
    """The same holds on the knowledge we serve."""
    same_in_any_order(served(), data)


def same_in_any_order(knowledge: Knowledge, data: st.DataObject) -> None:
    """Whatever holds several things, told in two orders: all but the facts themselves is equal, also in its order."""
    profile = data.draw(profiles(knowledge))
    one = make_checklist(knowledge, profile, TODAY)
    shuffled: dict[str, Any] = {"proxy_by_entry": dict(data.draw(st.permutations([*profile.proxy_by_entry.items()])))}
    for key in ("licences", "denied", "unlisted", "unsure_between"):
        told = getattr(profile, key)
        shuffled[key] = told and tuple(data.draw(st.permutations(told)))
    other = make_checklist(knowledge, profile.with_(**shuffled), TODAY)
    assert other.model_copy(update={"profile": profile}) == one


def test_served_knowledge_has_no_ring_of_needs() -> None:
    """Nothing in the knowledge we serve waits for itself."""
    assert order.cycle(order.written_needs(served())) == ()


def test_owner_s_own_limit_is_never_shown_as_handling_time() -> None:
    """Where a guide's limit is for the owner to come, nobody reads it as the time it takes."""
    for guide_id in served().items:
        entry = make_checklist(served(), Profile(licences=(guide_id,)), TODAY).entries[0]
        assert entry.statutory_limit is None or "给你的期限" not in (entry.limit_note or "")
        assert entry.statutory_limit is None or "你来申请的期限" not in (entry.limit_note or "")
