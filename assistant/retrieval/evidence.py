"""Everything the channels say about one question, as one row of figures per entry."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.acts import Acts, Wanted, core, subject
from assistant.retrieval.answer import Hit
from assistant.retrieval.channels import CHANNELS, NONE_CHANNELS
from assistant.retrieval.counting import numbered
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import THINGS, Entry, Kind, Role, known_questions
from assistant.retrieval.meaning import Meaning, Nearness
from assistant.retrieval.mentions import Mention, Mentions, Standing
from assistant.retrieval.other_acts import OtherActs
from assistant.retrieval.papers import Accounted, members, named_papers, parts, several_meant
from assistant.retrieval.spelling import Speller
from assistant.retrieval.surroundings import Surroundings
from assistant.retrieval.words import Words, character_terms, sound_terms, word_terms
from assistant.text import compact, shortened

NEARLY_ALL = 0.8  # of what a question is about
LIKELY = 20.0  # brings the log-likelihoods to the size of the other figures

_GENERIC = re.compile(
    r"经营许可证|许可证书|许可证|许可|证书|证件|证|执照|店铺|门店|商店|店|买卖|生意|公司|单位|企业|厂子|厂|老板|一下|东西|事|个|家|这|那|全部|所有|几|查|问|一|张|样"
)
_ASKS_WHICH = re.compile(
    r"哪些(?!材料|资料|东西|要件|文件|表)|哪几(?!样材料)|那几本|几个本|一排证|什么证|啥证|几个证|几样|都(?!.{0,2}[带交拿备填])(要|得|有)?.{0,3}(什么|啥|哪[些几样])|一共|全套|一整?套|所有的?证|各?种证|这些证|那些证|一起(退|销)"
)


@dataclass(frozen=True)
class Evidence:
    """What was seen in one question."""

    text: str
    core: str
    wanted: Wanted
    mentions: tuple[Mention, ...]
    rows: np.ndarray  # float32, shape (entries, len(CHANNELS))
    none: np.ndarray  # float32, shape (len(NONE_CHANNELS),): the case for "nothing we know"
    other_act: np.ndarray  # float64: the signs that something else than cancelling is wanted
    things: int  # the first so many rows are things that can be meant; the rest are ways to speak
    known: int | None = None  # the row of the entry one of whose sample questions or names this is, word for word

    @property
    def paper(self) -> bool:
        """Whether a licence is named by its noun, with what it is of: 无人机飞行许可证, not 那个许可证."""
        return bool(self.none[NONE_CHANNELS.index("paper_named")])

    @property
    def core_is_generic(self) -> bool:
        """Whether nothing is named but papers and businesses as such: 证, 店, 公司, 许可证 …"""
        return not _GENERIC.sub("", self.core)

    def nearly_all(self, *mentions: Mention) -> bool:
        """Whether these words are nearly all that the question is about."""
        return sum(mention.end - mention.start for mention in mentions) >= NEARLY_ALL * len(self.core)


class _AsRead(NamedTuple):
    """A question as it is read before it is weighed."""

    typed: str
    text: str
    wanted: Wanted
    mentions: tuple[Mention, ...]
    about: str  # what it is about, without what is wanted


class Witness:
    """All channels over one knowledge, but for those that are `idle`; what has not changed is taken from the one `before`."""

    def __init__(
        self,
        knowledge: Knowledge,
        entries: Sequence[Entry],
        encoder: Encoder | None,
        speller: Speller | None = None,
        idle: Collection[str] = (),
        before: Witness | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.speller = speller or Speller(knowledge)
        self._number = {entry.id: n for n, entry in enumerate(entries)}
        self._acts = Acts(knowledge)
        self.other_acts = OtherActs(knowledge)
        self.mentions = Mentions(knowledge, entries)
        self._words = Words(entries, idle)
        self._accounted = Accounted(entries)
        earlier: Meaning | None = before.meaning if before else None
        self.meaning: Meaning | None = Meaning(entries, encoder, earlier) if encoder else None
        places = {compact(name) for region in knowledge.regions.values() for name in (region.name, *region.aliases)}
        self._regions = sorted(places, key=len)[::-1]
        of_several = {compact(word) for group in knowledge.groups.values() for word in group.words}
        self._known = {text: row for text, row in known_questions(entries).items() if text not in of_several}
        self._around = Surroundings(knowledge, entries)
        kinds = np.array([[entry.kind is kind for kind in Kind] for entry in entries], np.float32)
        self.is_item, self.is_topic, self.is_unlisted, self.is_redirect = kinds.T[: len(THINGS)]
        self.ways = {entry.kind: row for row, entry in enumerate(entries) if entry.kind not in THINGS}
        self.things = int(kinds[:, : len(THINGS)].sum())
        self._always = np.zeros((len(entries), len(CHANNELS)), np.float32)  # what every question finds
        always: dict[str, np.ndarray] = {
            kind.value: kinds[:, n] for n, kind in enumerate(Kind) if kind.value in CHANNELS
        }
        for name, own in {**self._around.kinds, **always}.items():
            self._always[:, CHANNELS.index(name)] = own

    def number(self, entry_id: str) -> int:
        """The row of an entry."""
        return self._number[entry_id]

    def hit(self, entry_id: str, score: float = 0.0) -> Hit:
        """An entry as a hit, though it is not among the likeliest."""
        entry = self.entries[self._number[entry_id]]
        return Hit(entry.id, entry.name, entry.kind, score)

    def names_of(self, entry_id: str) -> Iterator[str]:
        """What an entry is called."""
        return self.entries[self._number[entry_id]].texts(Role.NAME, Role.ALIAS)

    @property
    def kinds(self) -> dict[str, np.ndarray]:
        """Which entries are registry steps, bundles and concepts."""
        return self._around.kinds

    def spoken_for(self, plain: str, entry_id: str) -> bool:
        """Whether a trade, a scope word, a department or a sign in the (compact) text speaks for an entry."""
        return self._around.speaks_for(plain, self._number[entry_id])

    @staticmethod
    def column(channel: str) -> int:
        """The column of a channel in `Evidence.rows`."""
        return CHANNELS.index(channel)

    def examine(self, text: str, *, but: int | None = None) -> Evidence:
        """All evidence about a question; `but` hides the sample of this number of every entry.

        A sample question is judged without itself, and fairly: editors write theirs in one order (the fifth is
        misspelt, the sixth in pinyin), so the others' of the same number are hidden too.
        """
        (evidence,) = self.examine_all([text], but=but)
        return evidence

    def examine_all(self, texts: Sequence[str], *, but: int | None = None) -> list[Evidence]:
        """The evidence about each of several questions; encoded together, which costs less than one by one."""
        read = [self._read(text) for text in texts]
        near = self.meaning.nearness([one.about or one.text for one in read], but=but) if self.meaning else ()
        return [self._weighed(*one, but=but) for one in zip_longest(read, near)]

    def _read(self, typed: str) -> _AsRead:
        text = shortened(self.speller.written_out(shortened(typed)))
        wanted = self._acts.find(text)
        mentions = self.mentions.find(text)
        named = (*self._places_in(compact(text), mentions), *_left_out(mentions))
        about = subject(text, self._without_topics(wanted, mentions), named)
        return _AsRead(typed, text, wanted, mentions, about)

    def _weighed(self, read: _AsRead, near: Nearness | None, *, but: int | None) -> Evidence:
        typed, text, wanted, mentions, about = read
        plain, rest = compact(text), core(about)
        rows = self._always.copy()
        columns = {name: rows[:, i] for i, name in enumerate(CHANNELS)}
        self._note_words(text, about, columns)
        if near is not None:
            _note_meaning(near, columns)
        self._note_mentions(mentions, max(len(rest), 1), columns)
        self._around.note(plain, wanted, columns)
        self._note_kinds(plain, wanted, mentions, columns)
        self._note_ways_to_speak(text, plain, rest, wanted, mentions, columns)
        paper = named_papers(" ".join(subject(part.text, wanted) for part in parts(text)))
        if paper:
            columns["paper_said"][:] = self._accounted.best(paper)
        none = np.append(
            self._none(rest, wanted, mentions, columns), [bool(paper), bool(paper) - columns["paper_said"].max()]
        ).astype(np.float32)
        known = self._known.get(compact(typed)) if but is None else None
        return Evidence(
            text, rest, wanted, mentions, rows, none, self.other_acts.signs(text, wanted), self.things, known
        )

    # ---- channels -----------------------------------------------------------------------------------------------
    def _note_words(self, text: str, about: str, columns: dict[str, np.ndarray]) -> None:
        words = self._words
        terms = numbered((term for part in about.split() for term in character_terms(part)), character_terms)
        raw, most = words.characters.scored(terms)
        columns["characters"][:] = raw / most
        columns["characters_best"][:] = raw / max(float(raw.max()), 4.0)
        columns["characters_much"][:] = np.sqrt(raw) / 8
        if words.asked:
            columns["asked"][:] = words.asked.share(terms)
        likely = words.likely.of(numbered(dict.fromkeys(character_terms(text)), character_terms)) / LIKELY
        columns["likely"][:] = likely
        columns["likely_best"][:] = np.exp(4 * (likely - likely.max()))
        columns["likely_sounds"][:] = (
            words.likely_sounds.of(numbered(dict.fromkeys(sound_terms(text)), sound_terms)) / LIKELY
        )
        if words.words:
            columns["words"][:] = words.words.share(
                numbered((term for part in about.split() for term in word_terms(part)), word_terms)
            )
        heard = numbered((term for part in about.split() for term in sound_terms(part)), sound_terms)
        raw, most = words.sounds.scored(heard)
        columns["sounds"][:] = raw / most
        columns["sounds_best"][:] = raw / max(float(raw.max()), 4.0)
        columns["initials"][:] = words.initials(text)
        columns["name_said"][:] = words.names_said.best(text)
        columns["scope_said"][:] = words.scope_said.best(text)

    def _note_mentions(self, mentions: Sequence[Mention], length: int, columns: dict[str, np.ndarray]) -> None:
        held = any(mention.standing is Standing.HELD for mention in mentions)
        for mention in mentions:
            strength = 1.0
            if mention.standing is not Standing.HELD:
                if held:
                    columns["denied"][[self._number[owner] for owner in mention.owners]] = 1
                    continue
                strength = 0.5
            share = min(len(mention.text) / length, 1)
            weight = min(len(mention.text), 12) / 12 / math.sqrt(len(mention.owners))
            for owner in mention.owners:
                number = self._number[owner]
                for name, value in (
                    ("mentioned", 1.0),
                    ("mentioned_alone", float(mention.certain)),
                    ("mention_length", share),
                    ("mention_weight", weight),
                    ("mentioned_by_sound", float(mention.by_sound)),
                ):
                    columns[name][number] = max(columns[name][number], value * strength)

    def _note_kinds(
        self, plain: str, wanted: Wanted, mentions: Sequence[Mention], columns: dict[str, np.ndarray]
    ) -> None:
        named = any(m.standing is Standing.HELD and self._names_items(m) for m in mentions)
        hints = np.maximum(columns["scope_word"], columns["trade"]) * self.is_item
        hinted = not named and bool(hints.any())
        if named:
            columns["mention_of_topic_beside_item"][:] = columns["mentioned"] * self.is_topic
        for name, own in self._around.kinds.items():
            if named:
                columns[f"{name}_item_named"][:] = own
            if hinted and f"{name}_item_hinted" in columns:
                columns[f"{name}_item_hinted"][:] = own
        if _ASKS_WHICH.search(plain):
            columns["bundle_asked"][:] = self._around.kinds["bundle"]
        columns["redirect_word"][:] = columns["mentioned"] * self.is_redirect
        if wanted.ours:
            columns["redirect_ours"][:] = self.is_redirect
        if wanted.wrong:
            columns["redirect_wrong_act"][:] = self.is_redirect

    def _note_ways_to_speak(
        self,
        text: str,
        plain: str,
        rest: str,
        wanted: Wanted,
        mentions: Sequence[Mention],
        columns: dict[str, np.ndarray],
    ) -> None:
        """What speaks for or against "nothing is named", "several fit", "none of our business"."""
        owners = {mention.owners for mention in mentions if mention.certain and mention.standing is Standing.HELD}
        named = bool(owners)
        spoken = len(members(parts(text), [mention.start for mention in mentions if mention.paper]))
        hinted = any(columns[name].any() for name in ("scope_word", "trade", "sign")) or bool(mentions)
        for name, value in (
            ("bare_generic", not _GENERIC.sub("", rest)),
            ("bare_named", named),
            ("bare_hinted", hinted),
            ("vague_named", named),
            ("several_parts", min(spoken, 4) / 4),
            ("several_meant", several_meant(plain)),
            ("several_named", min(len(owners), 3) / 3),
            ("elsewhere_ours", wanted.ours),
            ("elsewhere_named", named or hinted),
        ):
            columns[name][:] = columns[name.split("_")[0]] * value

    def _places_in(self, plain: str, mentions: Sequence[Mention]) -> list[str]:
        """Names of places, which say nothing of what is meant, where they are not part of a name."""
        named = "".join(mention.text for mention in mentions)
        return [place for place in self._regions if place in plain and place not in named]

    def _without_topics(self, wanted: Wanted, mentions: Sequence[Mention]) -> Wanted:
        """The acts without the words that stand in a topic's own name (歇业备案, 先销证还是先销照)."""
        topics = [m.text for m in mentions if m.standing is Standing.HELD and self._names_topics(m)]
        return replace(wanted, words=tuple(w for w in wanted.words if not any(w in text for text in topics)))

    def _names_topics(self, mention: Mention) -> bool:
        return all(self.is_topic[self._number[owner]] for owner in mention.owners)

    def _names_items(self, mention: Mention) -> bool:
        return all(self.is_item[self._number[owner]] for owner in mention.owners)

    def _none(
        self, rest: str, wanted: Wanted, mentions: Sequence[Mention], columns: dict[str, np.ndarray]
    ) -> np.ndarray:
        held = [m for m in mentions if m.standing is Standing.HELD]
        said = sum(len(m.text) for m in held) / max(len(rest), 1)
        values = (
            1,
            *(columns[name][: self.things].max() for name in ("near_best", "characters", "name_said", "likely")),
            bool(held),
            min(said, 1),
            wanted.ours,
            wanted.other is not None,
            min(len(rest), 30) / 30,
        )
        return np.array(values, np.float32)


def _left_out(mentions: Sequence[Mention]) -> list[str]:
    """Licences that are named only to say that they are not meant (烟草证已经退了), where another one is."""
    held = any(mention.standing is Standing.HELD for mention in mentions)
    return [mention.text for mention in mentions if held and mention.standing is not Standing.HELD]


def _note_meaning(near: Nearness, columns: dict[str, np.ndarray]) -> None:
    names = np.maximum(near.by_role[Role.NAME], near.by_role[Role.ALIAS])
    columns["near_name"][:] = names
    columns["near_scope"][:] = near.by_role[Role.SCOPE]
    columns["near_asked"][:] = near.by_role[Role.ASKED]
    columns["near_best"][:] = np.maximum(names, np.maximum(near.by_role[Role.SAMPLE], near.by_role[Role.ASKED]))
    columns["near_beside_best"][:] = np.exp(4 * (names - names.max()))
