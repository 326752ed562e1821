"""What holds for every profile, on the knowledge we serve and on small generated ones."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checklist import order
from assistant.checklist.materials import circumstances
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import SITUATIONS, Profile
from assistant.checklist.selection import SITUATION_TOPICS, selected
from assistant.knowledge import model as m
from assistant.knowledge.load import read_folder
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, an_item

TODAY = dt.date(2026, 11, 21)
SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


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
        **dict.fromkeys(SITUATIONS, told),
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
    guides = {
        guide_id: a_guide(
            topics[guide_id].name if guide_id in topics else guide_id, *draw(st.lists(material, max_size=3))
        )
        for guide_id in written
    }
    rules = [
        m.LocalRule(region=COUNTY, item=name, tier=draw(st.sampled_from([None, *m.ProxyTier])), window=window)
        for name in names
        if (window := draw(st.sampled_from([None, "yancao", "zhuanchuang"]))) or draw(st.booleans())
    ]
    return a_knowledge(
        *items,
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
    _order_kept(checklist, entries)
    _counted(checklist)
    for entry in checklist.entries:
        assert entry.window.name, "somewhere to go"
        assert entry.hotline, "someone to call"
        assert entry.why.startswith("您"), "why it is here"
        assert entry.proxy_note
        if profile.proxy == "self" and knowledge.is_item(entry.item.id):
            assert entry.own_window
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
    lines = {line.id: line for line in checklist.materials}
    assert len(lines) == len(checklist.materials)
    route = selected(knowledge, profile).route
    told = circumstances(profile, route)
    for entry in checklist.entries:
        assert set(entry.materials) <= lines.keys()
        assert all(entry.item.id in lines[needed].for_ for needed in entry.materials)
        if route.way == "simple" and not knowledge.is_item(entry.item.id):
            continue
        for written in knowledge.guides[entry.item.id].materials:
            material = knowledge.material(written)
            if told.meet(material.only_if):
                assert any(lines[needed].name == material.name for needed in entry.materials)
    for line in checklist.materials:
        assert set(line.for_) == {e.item.id for e in checklist.entries if line.id in e.materials}
        assert line.copies is None or line.copies >= 1


def _order_kept(checklist: Checklist, entries: list[str]) -> None:
    for entry in checklist.entries:
        for need in entry.after:
            assert entries.index(need.id) < entries.index(entry.item.id)
    assert order.cycle({e.item.id: tuple(need.id for need in e.after) for e in checklist.entries}) == ()
    assert all(phase.entries for phase in checklist.phases)


def _counted(checklist: Checklist) -> None:
    for saving in checklist.savings:
        assert 0 <= saving.together <= saving.alone
    if checklist.savings:
        brought = [line for line in checklist.materials if not line.exempt]
        assert checklist.savings[0].alone == sum(len(line.for_) for line in brought)


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


@SLOW
@given(small_knowledge(), st.data())
def test_checklist_does_not_depend_on_the_order_of_telling(knowledge: Knowledge, data: st.DataObject) -> None:
    """The same facts in any order give the same checklist, but for the order of licences."""
    profile = data.draw(profiles(knowledge))
    held = tuple(dict.fromkeys(profile.licences or ()))
    one = make_checklist(knowledge, profile.with_(licences=held), TODAY)
    other = make_checklist(knowledge, profile.with_(licences=tuple(data.draw(st.permutations(held)))), TODAY)
    assert unordered(one) == unordered(other)


@SLOW
@given(st.data())
def test_served_checklist_does_not_depend_on_the_order_of_telling(data: st.DataObject) -> None:
    """The same holds on the knowledge we serve."""
    profile = data.draw(profiles(served()))
    held = tuple(dict.fromkeys(profile.licences or ()))
    one = make_checklist(served(), profile.with_(licences=held), TODAY)
    other = make_checklist(served(), profile.with_(licences=tuple(reversed(held))), TODAY)
    assert unordered(one) == unordered(other)


def unordered(checklist: Checklist) -> dict[str, Any]:
    """A checklist as JSON in which the order of licences leaves no trace."""
    plain = checklist.model_dump(mode="json", by_alias=True, exclude={"profile", "summary"})
    for phase in plain["phases"]:
        for entry in phase["entries"]:
            entry["after"].sort(key=lambda need: need["id"])
        phase["entries"].sort(key=lambda entry: entry["item"]["id"])
    for line in plain["materials"]:
        line["for"].sort()
    plain["materials"].sort(key=lambda line: line["id"])
    plain["notes"] = sorted("".join(sorted(note)) for note in plain["notes"])
    return plain


def test_served_knowledge_has_no_ring_of_needs() -> None:
    """Nothing in the knowledge we serve waits for itself."""
    assert order.cycle(order.written_needs(served())) == ()


def test_owner_s_own_limit_is_never_shown_as_handling_time() -> None:
    """Where a guide's limit is for the owner to come, nobody reads it as the time it takes."""
    for guide_id in served().items:
        entry = make_checklist(served(), Profile(licences=(guide_id,)), TODAY).entries[0]
        assert entry.statutory_limit is None or "给你的期限" not in (entry.limit_note or "")
        assert entry.statutory_limit is None or "你来申请的期限" not in (entry.limit_note or "")
