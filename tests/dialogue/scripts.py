"""Conversations as YAML: what a person says or taps, what must hold for each reply, and what must be true at the end.

- name: 小卖部一步步问出来                  # unique in its folder
  turns:
    - say: 小卖部不干了                     # or `tap: 个体工商户`, the label (or its beginning) of a choice offered last
      status: needs_facts                   # one, or a list of which one
      asks: enterprise_type                 # `nothing` where nothing may be asked
      days_later: 3                         # said after so many days of silence
      without_rasa: true                    # said while Rasa stands still
      has: [食品]                           # words that must be on the cards; `has_not` must not
  answers: {proxy: 自己去办}                # said to what is asked after the turns, by key; else 没有
  end:
    entries: [shipin-jingying-xuke]         # the checklist's entries exactly; or `include`, `exclude`
    checklist: false                        # none may come
    never_asks: [industry]                  # facts told unasked
    asks_once: [place]                      # facts that may be asked one time only
    profile: {place: tahe-xian}             # what is remembered, by field; `null`: not told
"""

from __future__ import annotations

import contextlib
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant import phrases
from tests.dialogue.stack import Stack

FOLDER = Path(__file__).parent
STATUSES = {"answered", "needs_choice", "needs_facts", "unknown", "out_of_scope", "handed_over", "failed"}
MORE_TURNS = 12
TURN_KEYS = {"say", "tap", "status", "asks", "has", "has_not", "days_later", "without_rasa"}
END_KEYS = {"entries", "include", "exclude", "checklist", "never_asks", "asks_once", "profile"}


@dataclass(frozen=True)
class Script:
    """One conversation to play."""

    kind: str
    name: str
    turns: list[dict[str, Any]]
    answers: dict[str, str]
    end: dict[str, Any]

    @property
    def id(self) -> str:
        """The folder and the name."""
        return f"{self.kind}/{self.name}"


@dataclass
class Played:
    """What was said and answered."""

    conversation: str = field(default_factory=lambda: str(uuid.uuid4()))
    said: list[str] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        """The latest reply."""
        return self.replies[-1]

    def transcript(self) -> str:
        """The conversation for a person to read."""
        lines = []
        for said, reply in zip(self.said, self.replies, strict=True):
            lines += [f"> {said}", f"< [{reply['status']}, asks {asked(reply)}] {words_of(reply)[:140]}"]
        return "\n".join(lines)


def all_scripts() -> list[Script]:
    """Every script, by folder and file; ValueError where one is written wrongly."""
    scripts = []
    for path in sorted(FOLDER.glob("*/*.yaml")):
        for raw in yaml.safe_load(path.read_text("utf-8")):
            script = Script(
                path.parent.name,
                raw["name"],
                raw["turns"],
                raw.get("answers") or {},
                raw.get("end") or {},
            )
            strange = [key for turn in script.turns for key in turn if key not in TURN_KEYS]
            strange += [key for key in script.end if key not in END_KEYS]
            strange += [key for key in raw if key not in {"name", "turns", "answers", "end"}]
            if strange:
                raise ValueError(f"{path}: {script.name}: {strange}")
            scripts.append(script)
    return scripts


def play(script: Script, stack: Stack) -> Played:
    """Say everything, note what is not as it must be."""
    played = Played()
    for turn in script.turns:
        _one_turn(turn, stack, played)
    for _ in range(MORE_TURNS if script.answers else 0):
        key = asked(played.last)
        if checklist_of(played.last) or key is None:
            break
        answers = [script.answers.get(one, "没有") for one in (all_asked(played.last) or [key])]
        _say("，".join(dict.fromkeys(answers)), stack, played)
        _check_rasa(played, away=False)
        if asked(played.last) == key:
            played.faults.append(f"asks {key} again although it was answered")
            break
    _check_end(script.end, stack, played)
    return played


def _one_turn(turn: dict[str, Any], stack: Stack, played: Played) -> None:
    if "days_later" in turn:
        stack.let_pass(played.conversation, turn["days_later"])
    with stack.rasa_standing_still() if turn.get("without_rasa") else contextlib.nullcontext():
        said = _spoken(turn, stack, played)
    if not said:
        return
    reply, where = played.last, f"after {played.said[-1]}"
    wanted = _list(turn.get("status"))
    if wanted and reply["status"] not in wanted:
        played.faults.append(f"{where}: status {reply['status']}, not {'/'.join(wanted)}")
    if "asks" in turn and asked(reply) != (None if turn["asks"] == "nothing" else turn["asks"]):
        played.faults.append(f"{where}: asks {asked(reply)}, not {turn['asks']}")
    shown = words_of(reply)
    _check_rasa(played, away=turn.get("without_rasa", False))
    played.faults += [f"{where}: does not say {word}" for word in _list(turn.get("has")) if word not in shown]
    played.faults += [f"{where}: says {word}" for word in _list(turn.get("has_not")) if word in shown]


def _check_rasa(played: Played, *, away: bool) -> None:
    if (phrases.DIALOGUE_AWAY in words_of(played.last)) != away:
        played.faults.append(f"after {played.said[-1]}: answered {'through' if away else 'without'} Rasa")


def _spoken(turn: dict[str, Any], stack: Stack, played: Played) -> bool:
    """Say or tap what a turn has; False where there was nothing to tap."""
    if "tap" in turn:
        payload = choice(played.last, turn["tap"]) if played.replies else None
        if payload is None:
            played.faults.append(f"no choice {turn['tap']} was offered")
            return False
        played.said.append(f"[{turn['tap']}]")
        _took(stack.tap(played.conversation, payload), played)
    else:
        _say(turn["say"], stack, played)
    return True


def _say(text: str, stack: Stack, played: Played) -> None:
    played.said.append(text)
    _took(stack.say(played.conversation, text), played)


def _took(reply: dict[str, Any], played: Played) -> None:
    """Keep a reply; whatever the script, it has a known status and says something."""
    played.replies.append(reply)
    if reply["status"] not in STATUSES - {"failed"}:
        played.faults.append(f"after {played.said[-1]}: status {reply['status']}")
    if not words_of(reply).strip():
        played.faults.append(f"after {played.said[-1]}: an empty reply")
    if reply["replies"] and len({str(card) for card in reply["replies"]}) < len(reply["replies"]):
        played.faults.append(f"after {played.said[-1]}: the same card twice")


def _check_end(end: dict[str, Any], stack: Stack, played: Played) -> None:
    lists = [found for reply in played.replies if (found := checklist_of(reply))]
    entries = entries_of(lists[-1]) if lists else []
    faults = played.faults
    if end.get("checklist") is False and lists:
        faults.append("a checklist came")
    if (end.get("checklist") or {"entries", "include"} & set(end)) and not lists:
        faults.append("no checklist came")
    elif "entries" in end and sorted(entries) != sorted(end["entries"]):
        faults.append(f"entries {entries}, not {end['entries']}")
    faults += [f"the checklist lacks {i}" for i in end.get("include", ()) if lists and i not in entries]
    faults += [f"the checklist has {i}" for i in end.get("exclude", ()) if i in entries]
    times = Counter(key for reply in played.replies if (key := asked(reply)))
    faults += [f"asks {key} although it was told" for key in end.get("never_asks", ()) if times[key]]
    faults += [f"asks {key} {times[key]} times" for key in end.get("asks_once", ()) if times[key] > 1]
    if "profile" in end:
        remembered = stack.slots(played.conversation).get("profile") or {}
        for key, value in end["profile"].items():
            if remembered.get(key) != value:
                faults.append(f"remembers {key} = {remembered.get(key)}, not {value}")


def asked(reply: dict[str, Any]) -> str | None:
    """The key of what a reply asks for."""
    return reply["asks"]["key"] if reply["asks"] else None


def all_asked(reply: dict[str, Any]) -> list[str]:
    """The keys of all that one question asks for; none where it asks for one fact."""
    return [one["key"] for card in reply["replies"] for one in card.get("asks", ())]


def words_of(reply: dict[str, Any]) -> str:
    """All the words on the cards of a reply."""
    parts: list[str] = []
    for card in reply["replies"]:
        parts.append(card.get("title") or "")
        for section in card.get("sections", ()):
            parts.append(section.get("heading") or "")
            parts += [line["text"] for line in section["lines"]]
            parts += [line["phone"] for line in section["lines"] if line.get("phone")]
        parts += [one["label"] for one in card.get("choices", ())]
    return " ".join(filter(None, parts))


def choice(reply: dict[str, Any], label: str) -> str | None:
    """The payload of the choice with this label, or else of the first whose label begins with it."""
    choices = [one for card in reply["replies"] for one in card.get("choices", ())]
    same = [one for one in choices if one["label"] == label] or [
        one for one in choices if one["label"].startswith(label)
    ]
    return str(same[0]["payload"]) if same else None


def checklist_of(reply: dict[str, Any]) -> dict[str, Any] | None:
    """The checklist in a reply."""
    return next((card["checklist"] for card in reply["replies"] if card["kind"] == "checklist"), None)


def entries_of(checklist: dict[str, Any]) -> list[str]:
    """The ids of the entries of a checklist, in order."""
    return [entry["item"]["id"] for phase in checklist["phases"] for entry in phase["entries"]]


def _list(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
