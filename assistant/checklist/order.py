"""Order (顺序): what waits for what, in which phase it stands, and that nothing waits for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.checklist import wording
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

WHOLE_EXIT = "qiye-zhuxiao"  # the procedure of closing an enterprise for good
BETWEEN_LICENCES = "xuke-shunxu"  # which licence goes before which, e.g. vehicles before their company
ANY_REGISTRY = "qiye-zhuxiao-dengji"
BRANCHES, SIMPLE, NOTICE = "fengongsi-zhuxiao-dengji", "jianyi-zhuxiao", "qingsuan-gonggao"
ANNOUNCEMENTS = (SIMPLE, NOTICE)  # posted on the public system, then waited for
TAX, CUSTOMS = "shuiwu-zhuxiao", "haiguan-beian-zhuxiao"

Needs = Mapping[str, tuple[str, ...]]
_ROLES = {
    BRANCHES: wording.FIRST,
    TAX: wording.TAX,
    CUSTOMS: wording.TAX,
    SIMPLE: wording.NOTICE,
    NOTICE: wording.NOTICE,
}


def written_needs(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """All dependencies that the procedures on closing write down."""
    needs: dict[str, tuple[str, ...]] = {}
    for procedure_id in (WHOLE_EXIT, BETWEEN_LICENCES):
        procedure = knowledge.procedures.get(procedure_id)
        for step in procedure.steps if procedure else ():
            needs[step.guide] = tuple(dict.fromkeys((*needs.get(step.guide, ()), *step.needs)))
    return needs


@dataclass(frozen=True)
class Reason:
    """Why one entry waits for another, by which source."""

    why: str
    source: str | None
    state: m.State


_BY_LAW = {
    BRANCHES: wording.BECAUSE_BRANCHES,
    SIMPLE: wording.BECAUSE_SIMPLE,
    NOTICE: wording.BECAUSE_NOTICE,
}


def reason(knowledge: Knowledge, entry: str, need: str, registry: str | None) -> Reason:
    """Why `entry` waits for `need`: the law's order, else what the procedure says of the one that makes it wait."""
    item = knowledge.items.get(need)
    if entry == registry and (need in _BY_LAW or (item is not None and item.approval_first)):
        why, source = _BY_LAW.get(need, wording.BECAUSE_APPROVAL)
        return Reason(why, source, m.State.SOURCED)
    if need == registry and (after := knowledge.items.get(entry)) is not None and after.after_deregistration:
        return _afterwards(knowledge, entry)
    step = _step(knowledge, need if entry == registry else entry)
    if step is None or step.why is None:
        return Reason(wording.BECAUSE_WRITTEN.format(name=knowledge.name_of(need)), None, m.State.OPEN)
    return Reason(step.why, next(iter(step.sources), None), step.state)


def _afterwards(knowledge: Knowledge, entry: str) -> Reason:
    """By which article a licence is due after the registration has ended."""
    guide = knowledge.guides.get(entry)
    limit = guide.statutory_limit if guide else None
    facts: tuple[m.Limit | m.Fact, ...] = (*((limit,) if limit else ()), *(guide.when if guide else ()))
    found = next((fact for fact in facts if fact.sources and fact.state is not m.State.OPEN), None)
    if found is None:
        return Reason(wording.BECAUSE_AFTERWARDS, None, m.State.OPEN)
    return Reason(wording.BECAUSE_AFTERWARDS, found.sources[0], found.state)


def _step(knowledge: Knowledge, guide_id: str) -> m.ProcedureStep | None:
    """The step of a guide in the procedures on closing, those between licences first."""
    procedures = (knowledge.procedures.get(i) for i in (BETWEEN_LICENCES, WHOLE_EXIT))
    return next((step for p in procedures if p for step in p.steps if step.guide == guide_id), None)


def dependencies(knowledge: Knowledge, chosen: Sequence[str], registry: str | None) -> dict[str, tuple[str, ...]]:
    """What each chosen entry waits for among the chosen ones, without rings."""
    return _without_cycles(chosen, needs_of(knowledge, chosen, registry))


def needs_of(knowledge: Knowledge, chosen: Sequence[str], registry: str | None) -> dict[str, tuple[str, ...]]:
    """The same as written and as the law has it, rings included; needs that are not chosen pass on their own."""
    written: dict[str, tuple[str, ...]] = {
        _named(entry, registry): tuple(_named(need, registry) for need in needs)
        for entry, needs in written_needs(knowledge).items()
    }
    if registry is not None:
        before = [i for i in (TAX, CUSTOMS, BRANCHES, SIMPLE, NOTICE) if i != registry]
        before += [i for i in chosen if i in knowledge.items and knowledge.items[i].approval_first]
        written[registry] = tuple(dict.fromkeys((*written.get(registry, ()), *before)))
        for after in (i for i in chosen if i in knowledge.items and knowledge.items[i].after_deregistration):
            written[after] = tuple(dict.fromkeys((*written.get(after, ()), registry)))
    there = set(chosen)
    return {i: _reached(i, written, there) for i in chosen}


def _named(guide_id: str, registry: str | None) -> str:
    """The registry's general name stands for the one of this enterprise."""
    return registry if guide_id == ANY_REGISTRY and registry is not None else guide_id


def _reached(start: str, written: Needs, there: set[str]) -> tuple[str, ...]:
    """The chosen entries that `start` waits for, directly or through ones that are not chosen."""
    found: dict[str, None] = {}
    seen = {start}
    waiting = list(written.get(start, ()))
    while waiting:
        need = waiting.pop(0)
        if need in seen:
            continue
        seen.add(need)
        if need in there:
            found[need] = None
        else:
            waiting += written.get(need, ())
    return tuple(found)


def cycle(needs: Needs) -> tuple[str, ...]:
    """Ids that wait for each other, in a ring; () where there is no ring (`daoban check` reports it)."""
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if node in path:
            return path[path.index(node) :]
        if node in done:
            return ()
        for need in needs.get(node, ()):
            if ring := walk(need, (*path, node)):
                return ring
        done.add(node)
        return ()

    return next((ring for node in needs if (ring := walk(node, ()))), ())


def _without_cycles(chosen: Sequence[str], needs: Needs) -> dict[str, tuple[str, ...]]:
    """The same without the needs that would close a ring; a checklist must come out even of faulty data."""
    result = {i: needs[i] for i in chosen}
    while ring := cycle(result):
        last = max(ring)  # the same one whatever the order in which licences were told
        result[last] = tuple(need for need in result[last] if need not in ring)
    return result


def phased(
    knowledge: Knowledge, chosen: Sequence[str], needs: Needs, registry: str | None
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The chosen entries by phase, each after everything it waits for; otherwise in the order given."""
    ranks: dict[str, int] = {}

    def rank(entry: str) -> int:
        if entry not in ranks:
            ranks[entry] = max([_role(knowledge, entry, registry), *(rank(need) for need in needs[entry])])
        return ranks[entry]

    ordered: list[str] = []
    left = sorted(chosen, key=rank)
    while left:
        ready = next(entry for entry in left if not set(needs[entry]) & set(left))
        ordered.append(ready)
        left.remove(ready)
    return tuple(
        (phase, members)
        for phase in range(len(wording.PHASES))
        if (members := tuple(entry for entry in ordered if ranks[entry] == phase))
    )


def _role(knowledge: Knowledge, entry: str, registry: str | None) -> int:
    """The phase in which an entry stands by what it is."""
    if entry == registry:
        return wording.REGISTRY
    item = knowledge.items.get(entry)
    if item is None:
        return _ROLES.get(entry, wording.AFTERWARDS)
    if item.approval_first:
        return wording.FIRST
    if item.after_deregistration and registry is not None:
        return wording.AFTERWARDS
    return wording.LICENCES
