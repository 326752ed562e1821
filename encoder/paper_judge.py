"""Make the shipped paper judge and its reader: `python -m encoder.paper_judge` (an hour; needs requirements/encoder.txt).

For each message of nlu/told and nlu/conversations, and for others in which no paper is spoken of, the product itself says
what speaks for and against each licence (assistant.actions.paper_signs). A small reader learns what a message says of each
(encoder.paper_reader); boosted trees learn from all signs, its readings among them, which licences are told of as held, or
as not held. What trees and limits learn from was read by readers that did not know the message. Then reader and trees
learn from all, are written as ONNX, and the cards are written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.actions.brain import Brain
from assistant.actions.paper_judge import DESCRIPTION, GONE, HELD, NONE, SHIPPED
from assistant.actions.paper_reader import READER
from assistant.actions.paper_reading import Reading
from assistant.actions.paper_signs import UNREAD
from assistant.actions.said import Said
from assistant.actions.state import Memory, State
from assistant.actions.understand import react
from assistant.checklist.model import Checklist
from assistant.checklist.profile import Profile
from assistant.errors import DaobanError
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import equipped
from assistant.retrieval.finder import Finder
from assistant.settings import from_environment
from encoder import paper_reader
from encoder.export import MODEL as READ_MODEL
from encoder.paper_reader import EPOCHS, Lesson, PaperNetwork, read_apart
from encoder.told import beside_the_papers, read_conversations, read_told, with_earlier_ones
from encoder.trees import as_onnx

MODEL = "trees.onnx"
TREES, RATE, LEAVES, FEWEST, OF_ALL_SIGNS = 250, 0.05, 12, 30, 0.2
FOLDS, READINGS = 5, 3
OF_A_CONVERSATION = 2.0  # what its messages count; those of nlu/told are harder than what people write
# At the limit, of what is added to the findings of the rules: it is said back as a guess, and goes with a tap.
RIGHT = 0.5
# Of what is taken from them, or from what was told before: nobody looks for what is not there.
RIGHT_TAKEN = 2 / 3
AROUND = 0.1  # of the limit on either side
STEPS = [round(0.05 * step, 2) for step in range(1, 20)]

Rows = list[list[float]]
Limits = tuple[float, float, float]  # sure, doubted, withdrawn


@dataclass
class Listening:
    """A judge that only listens: it keeps the figures, and says nothing."""

    sure: float = 1.0
    doubted: float = 0.0
    withdrawn: float = 1.0
    figures: dict[str, list[float]] = field(default_factory=dict)
    reading: Reading | None = None

    def read(self, reading: Reading) -> list[tuple[float, ...]]:
        """Nothing yet: what is to be read is kept."""
        self.reading = reading
        return [UNREAD] * len(reading.candidates)

    def shares(self, figures: Mapping[str, list[float]]) -> dict[str, tuple[float, float]]:
        """Nothing: the rules alone decide."""
        self.figures = dict(figures)
        return {}


@dataclass(frozen=True)
class Heard:
    """One message: the licences it may tell of with their figures and the truth, and those that count after it."""

    said: str
    items: tuple[str, ...]
    rows: Rows
    truth: tuple[int, ...]
    before: frozenset[str]
    after: frozenset[str]  # by the rules
    wanted: frozenset[str]
    reading: Reading
    talk: str | None  # the conversation that it is of


@dataclass(frozen=True)
class Measured:
    """How many messages of those kept apart leave exactly the right licences, in per cent."""

    told: int
    in_talks: int
    right_by_rules: float
    right: float
    in_talks_by_rules: float
    in_talks_right: float
    sure: float
    doubted: float
    withdrawn: float


def _no_list(_: Profile) -> tuple[str, Checklist]:
    raise DaobanError("教的时候不出清单。")


def heard(knowledge: Knowledge, messages: Iterable[Mapping[str, Any]]) -> list[Heard]:
    """What the product sees in each message that it looks for licences in."""
    settings = from_environment()
    equipment = equipped(settings.encoder_path, settings.data)
    listening = Listening()
    finder = Finder(knowledge, equipment.encoder, equipment.model)
    brain = Brain(knowledge, finder, _no_list, judge=listening)
    found: list[Heard] = []
    for one in messages:
        before, trade, asked = tuple(one.get("before", ())), one.get("trade"), one.get("asked")
        asked = "licences" if asked == "other_licences" and not before else asked
        industry = (brain.facts.find(trade).facts.get("industry") or trade) if trade else None
        profile = Profile(industry=industry, licences=before or None)
        last = (one["last"],) if one.get("last") else ()
        listening.figures = {}
        state = State(profile, None, Memory(said=last), asked)
        reaction = react(brain, state, Said(one["said"], one["intent"]), in_form=asked is not None)
        held, gone = set(one["held"]), set(one["not_held"])
        if listening.figures and listening.reading:
            truth = tuple(HELD if i in held else GONE if i in gone else NONE for i in listening.figures)
            after = frozenset(reaction.state.profile.licences or ())
            wanted = frozenset({*before, *held} - gone)
            figures = list(listening.figures.values())
            items = tuple(listening.figures)
            found.append(
                Heard(
                    one["said"],
                    items,
                    figures,
                    truth,
                    frozenset(before),
                    after,
                    wanted,
                    listening.reading,
                    one.get("talk"),
                )
            )
    return found


def learned(messages: Sequence[Heard], seed: int) -> HistGradientBoostingClassifier:
    """Trees that learned from these messages, the same every time for the same seed."""
    rows = np.array([row for one in messages for row in one.rows], np.float32)
    truth = np.array([label for one in messages for label in one.truth])
    weight = np.array([_counts(one) for one in messages for _ in one.truth])
    trees = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=FEWEST,
        max_features=OF_ALL_SIGNS,
        l2_regularization=5.0,
        random_state=seed,
    )
    return trees.fit(rows, truth, sample_weight=weight)


def parted(messages: Sequence[Heard], parts: int) -> list[int]:
    """In which part each message is kept apart: a conversation stays together, and so do messages of the same words."""
    number = {key: at for at, key in enumerate(dict.fromkeys(one.talk or one.said for one in messages))}
    return [number[one.talk or one.said] % parts for one in messages]


def lessons_of(messages: Iterable[Heard]) -> list[Lesson]:
    """The messages as the reader learns them."""
    return [Lesson(one.reading, one.truth, _counts(one)) for one in messages]


def _counts(one: Heard) -> float:
    return OF_A_CONVERSATION if one.talk else 1.0


def read_by_others(messages: Sequence[Heard], seed: int) -> tuple[list[Heard], PaperNetwork]:
    """The messages with what readers read in them that have not learned from them, and the reader that learned all."""
    part = parted(messages, READINGS)
    own = [[n for n, at in enumerate(part) if at == fold] for fold in range(READINGS)]
    apart = [
        (
            lessons_of([one for one, at in zip(messages, part, strict=True) if at != fold]),
            [messages[n].reading for n in own[fold]],
        )
        for fold in range(READINGS)
    ]
    by_others, reader = read_apart(apart, lessons_of(messages), seed)
    found = list(messages)
    for numbers, readings in zip(own, by_others, strict=True):
        for n, shares in zip(numbers, readings, strict=True):
            rows = [[*share, *row[len(UNREAD) :]] for share, row in zip(shares, messages[n].rows, strict=True)]
            found[n] = replace(messages[n], rows=rows)
    return found, reader


def measured(messages: Sequence[Heard], seed: int) -> Measured:
    """The figures of messages that the trees have not learned from, and the limits found in conversations among them."""
    shares: dict[int, np.ndarray] = {}
    part = parted(messages, FOLDS)
    for fold in range(FOLDS):
        trees = learned([one for one, at in zip(messages, part, strict=True) if at != fold], seed)
        for n in (n for n, at in enumerate(part) if at == fold):
            shares[n] = trees.predict_proba(np.array(messages[n].rows, np.float32))
    told = [n for n, one in enumerate(messages) if not one.talk]
    talks = [n for n, one in enumerate(messages) if one.talk]

    def right(numbers: Sequence[int], limits: Limits) -> float:
        return sum(_after(messages[n], shares[n], *limits) == messages[n].wanted for n in numbers) / len(numbers)

    pairs = [
        (share, label, item in messages[n].before, item in messages[n].after)
        for n in talks
        for item, share, label in zip(messages[n].items, shares[n], messages[n].truth, strict=True)
    ]
    limits = (
        _first([(share[HELD], label == HELD) for share, label, before, after in pairs if not (before or after)], RIGHT),
        _last(
            [(share[HELD], label != HELD) for share, label, before, after in pairs if after and not before], RIGHT_TAKEN
        ),
        _first(
            [(share[GONE], label == GONE) for share, label, before, after in pairs if before and after], RIGHT_TAKEN
        ),
    )

    def by_rules(numbers: Sequence[int]) -> float:
        return round(100 * sum(messages[n].after == messages[n].wanted for n in numbers) / len(numbers), 1)

    return Measured(
        len(told),
        len(talks),
        by_rules(told),
        round(100 * right(told, limits), 1),
        by_rules(talks),
        round(100 * right(talks, limits), 1),
        *limits,
    )


def _first(pairs: Sequence[tuple[float, bool]], wanted: float) -> float:
    """The first step around which this share of the pairs is right, and further up too; the last step where none is."""
    enough = [_share([right for p, right in pairs if abs(p - step) <= AROUND]) >= wanted for step in STEPS]
    return next((step for at, step in enumerate(STEPS) if all(enough[at:])), STEPS[-1])


def _last(pairs: Sequence[tuple[float, bool]], wanted: float) -> float:
    """The last step around which this share of the pairs is right, and further down too; the first step where none is."""
    enough = [_share([right for p, right in pairs if abs(p - step) <= AROUND]) >= wanted for step in STEPS]
    return next((step for at, step in reversed([*enumerate(STEPS)]) if all(enough[: at + 1])), STEPS[0])


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 1.0


def _after(one: Heard, shares: np.ndarray, sure: float, doubted: float, withdrawn: float) -> frozenset[str]:
    """The licences that count after a message, as assistant.actions.paper_judge.joined joins the trees with the rules."""
    held = set(one.before & one.after)  # what the rules take back stays so
    for item, share in zip(one.items, shares, strict=True):
        if share[GONE] >= withdrawn:
            held.discard(item)
        if share[HELD] >= (doubted if item in one.after else sure):
            held.add(item)
    return frozenset(held)


def build(seed: int, target: Path, reader: Path) -> None:
    """Everything, from the messages to the directory that ships."""
    began = time.monotonic()
    told = read_told()
    knowledge = load(from_environment().knowledge)
    again = [*with_earlier_ones(knowledge, told, seed), *beside_the_papers(knowledge, told, seed)]
    messages = heard(knowledge, [*told, *again, *read_conversations()])
    print(f"{len(messages)} messages heard", flush=True)
    messages, network = read_by_others(messages, seed)
    found = measured(messages, seed)
    print(found, flush=True)
    paper_reader.write(network, reader)
    content = as_onnx(learned(messages, seed))
    target.mkdir(parents=True, exist_ok=True)
    (target / MODEL).write_bytes(content)
    described: dict[str, Any] = {"files": {MODEL: hashlib.sha256(content).hexdigest()}}
    described |= {"sure": found.sure, "doubted": found.doubted, "withdrawn": found.withdrawn, "measured": asdict(found)}
    (target / DESCRIPTION).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
    minutes = (time.monotonic() - began) / 60
    (target / "README.md").write_text(_card(found, len(content) / 1e3, minutes, seed), "utf-8")
    (reader / "README.md").write_text(
        _card_of_the_reader(lessons_of(messages), (reader / READ_MODEL).stat().st_size / 1e6), "utf-8"
    )


def _card(found: Measured, size: float, minutes: float, seed: int) -> str:
    """The model card, in Chinese like the encoder's."""
    return f"""# 判断一句话说了哪些证

把一整句话里的各种迹象（像哪张证、说了名字没有、是谁发的、整句读一遍是什么意思、逐句的规则怎么说）放在一起，判断每张证是“手里有”“没有或不退”还是没提。
梯度提升树（scikit-learn，{TREES} 轮），用 `nlu/told` 的单句和 `nlu/conversations` 的整段对话教出来。没有记住任何一张证的名字，新加的证一样能判断。

- 留出五分之一轮流量（一段对话总在一起）。整段对话里像是说到证的 {found.in_talks} 句，听完后手里的证一张不差的：
  只用规则 {found.in_talks_by_rules}%，加上它 {found.in_talks_right}%
- `nlu/told` 的 {found.told} 句（绕得多的说法、前面先说过别的证的、听着像却没说证的）：
  只用规则 {found.right_by_rules}%，加上它 {found.right}%
- 规则没听出来的，把握到 {found.sure} 才算（在这个数上下，对的不比错的少）；规则听出来的，低于 {found.doubted} 就不算；
  前面说过的，“不退”的把握到 {found.withdrawn} 才去掉（在这两个数上下，该去掉的是不该去掉的两倍）。
  三个数是在留出的对话上求的
- “整句读一遍”用 `encoder/paper-reader`；教树的时候，每句都由没学过它的读法来读
- 种子 {seed}，两个模型共 {minutes:.0f} 分钟，树 {size:.0f} KB，ONNX；`make judge` 再做一遍

上面的数是树和规则直接合在一起的。产品里还多两样小心（`assistant/actions/paper_judge.py`）：没问证的时候不单凭说了行业就添，几样里挑一样的照旧问。

句子是照着各种人的口气写的，不是真人的聊天记录，没有个人信息。说法比平时办事的人更绕，所以真话里对的会更多，但没在真话上量过。
"""


def _card_of_the_reader(lessons: Sequence[Lesson], size: float) -> str:
    says = Counter(one for lesson in lessons for one in lesson.says)
    return f"""# 读一句话里说了哪些证

把一句话和前一句、刚问的问题一起读一遍，再从每张可能说到的证看过去：是“手里有”（{says[HELD]} 处）、
“没有或不退”（{says[GONE]} 处），还是没说它（{says[NONE]} 处）。每张证它只知道叫什么名字、这句话的哪几个字像是说它，所以新加的证不用重教。

原模型是 RoFormer-Sim small（出处、许可见 NOTICE 和 LICENSE），上面加了看证的一层，
用 `nlu/told`、`nlu/conversations` 的 {len(lessons)} 句教 {EPOCHS} 遍。

- 读出来的数只是 `encoder/paper-judge` 的树看的迹象之一，不单独作准；加上它对多少，写在那边的卡片上
- int8 ONNX，{size:.1f} MB，不需要 PyTorch；和树一起由 `make judge` 再做一遍

例句是照着各种人的口气写的，没有个人信息；反话、隔几句才说清的话会读错。
"""


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--target", type=Path, default=SHIPPED)
    parser.add_argument("--reader", type=Path, default=READER)
    chosen = parser.parse_args()
    build(chosen.seed, chosen.target, chosen.reader)


if __name__ == "__main__":
    main()
