"""Which rules and form edges of nlu/ conversations have walked, read from Rasa's own tracker events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

FORM = "checklist_form"
Event = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """A rule of nlu/data/rules.yml: what has to come first, what follows."""

    name: str
    in_form: bool
    intent: str | None
    actions: tuple[str, ...]
    course: str | None


@dataclass
class _Turn:
    """What Rasa did after one message."""

    in_form: bool
    intent: str
    actions: list[str] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    asked_before: str | None = None
    asked: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)


def rules_of(document: dict[str, Any]) -> list[Rule]:
    """The rules in the file."""
    return [_rule(raw) for raw in document["rules"]]


def _rule(raw: dict[str, Any]) -> Rule:
    in_form = any(condition.get("active_loop") == FORM for condition in raw.get("condition", ()))
    steps = raw["steps"]
    # PyYAML reads the intents yes and no as truth values
    intents = [{True: "yes", False: "no"}.get(step["intent"], step["intent"]) for step in steps if "intent" in step]
    actions = tuple(step["action"] for step in steps if "action" in step and step["action"] != "action_listen")
    courses = [slot["course"] for step in steps for slot in step.get("slot_was_set", ()) if "course" in slot]
    return Rule(raw["rule"], in_form, intents[0] if intents else None, actions, courses[0] if courses else None)


class Walked:
    """A count for every rule and every edge of the form."""

    def __init__(self, rules: Sequence[Rule], slots: Sequence[str]) -> None:
        self._rules = rules
        self.scripts: set[str] = set()
        self._counts: Counter[str] = Counter(dict.fromkeys((rule.name for rule in rules), 0))
        for slot in slots:
            self._counts[f"form asks {slot}"] = self._counts[f"form settles {slot}"] = 0
        for intent in ("tell", "yes", "no", "unsure", "decline", "hurry", "choose", "nlu_fallback"):
            self._counts[f"form is answered by {intent}"] = 0

    @property
    def count(self) -> int:
        """How many rules and edges were walked at least once."""
        return sum(1 for times in self._counts.values() if times)

    @property
    def unwalked(self) -> list[str]:
        """The rules and edges that nobody walked."""
        return [name for name, times in self._counts.items() if not times]

    def note(self, script: str, events: Iterable[Event]) -> None:
        """Count what the conversation of one script walked."""
        self.scripts.add(script)
        for turn in _turns(events):
            reached = [rule.name for rule in self._rules if _follows(turn, rule)]
            reached += [f"form asks {slot}" for slot in turn.asked]
            reached += [f"form settles {slot}" for slot in turn.settled if slot == turn.asked_before]
            if turn.in_form and turn.actions[:1] == [FORM]:
                reached.append(f"form is answered by {turn.intent}")
            self._counts.update(name for name in reached if name in self._counts)

    def table(self) -> str:
        """All rules and edges with how often each was walked, the unwalked first."""
        rows = sorted(self._counts.items(), key=lambda row: (row[1] > 0, row[0]))
        head = f"{self.count} of {len(rows)} rules and form edges walked in {len(self.scripts)} conversations"
        return "\n".join([head, *(f"{times:5}  {name}" for name, times in rows)])


def _turns(events: Iterable[Event]) -> list[_Turn]:
    turns: list[_Turn] = []
    loop: str | None = None
    asked: str | None = None
    for event in events:
        if event["event"] == "user":
            turns.append(_Turn(loop == FORM, event["parse_data"]["intent"]["name"], asked_before=asked))
        elif event["event"] == "active_loop":
            loop = event["name"]
        elif not turns:
            continue
        elif event["event"] == "action" and event["name"] not in ("action_listen", "action_session_start"):
            turns[-1].actions.append(event["name"])
        elif event["event"] == "slot" and event["name"] == "requested_slot":
            asked = event["value"]
            turns[-1].asked += [asked] if asked else []
        elif event["event"] == "slot" and event["name"] == "course":
            turns[-1].courses.append(event["value"])
        elif event["event"] == "slot" and event["value"] == "settled":
            turns[-1].settled.append(event["name"])
    return turns


def _follows(turn: _Turn, rule: Rule) -> bool:
    """Whether a turn went the way of a rule."""
    if rule.intent is None:  # it goes on from an action, whatever was said before
        ends = tuple(turn.actions[-len(rule.actions) :]) == rule.actions
        return ends and (turn.in_form or not rule.in_form) and rule.course in (None, *turn.courses[-1:])
    if rule.in_form != turn.in_form or (rule.course and rule.course not in turn.courses[:1]):
        return False
    return rule.intent == turn.intent and tuple(turn.actions[: len(rule.actions)]) == rule.actions
