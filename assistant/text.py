"""What is done to any text before it is understood: cleaning, folding, and the sounds of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from assistant.sounds import all_syllables, sounds

MAX_LENGTH = 500
# Texts: what several messages say. Room for all names of a knowledge builds it no faster, and is 14 MB a process.
REMEMBERED = 8192
LONGEST = 2 * MAX_LENGTH  # of a folded question, which may be longer than what was typed
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_NOISE = re.compile(r"[\s\"'“”‘’「」《》()（）\[\]【】<>·,，.。!！?？;；:：、~～…—\-_/／\\|@#$%^&*+=`]+")
_SHARED_ENDING = re.compile(r"(?:的那个|的)?(?:经营)?(?:许可证|许可|备案|证)$")
_LATIN = re.compile(r"[a-z]+")
NOT_SO = r"不对(?!外|公|私|口|等|应)"  # puts right what was said; 不对外营业 does not
PAUSE = re.compile(r"[，,。；;！!？?\n]")  # where a clause ends
_CLAUSE_END = frozenset("，,。；;！!？?、 \n")
_JOINING = frozenset("和跟与")
_ALIKE = (
    "营菅",
    "已己巳",
    "人入",
    "未末",
    "土士",
    "治冶",
    "酒洒",
    "货贷",
    "拆折析",
    "辐幅",
    "堤提",
    "候侯",
    "幕墓募",
    "洗冼",
    "拨拔",
    "籍藉",
    "杆竿",
    "蓝篮",
    "兽善",
    "检捡",
    "测侧",
    "粮粱",
    "采釆",
    "疫役",
    "准淮",
    "批枇",
    "砂沙",
    "渔鱼",
    "汽气",
)
_LOOK_ALIKE = str.maketrans({other: group[0] for group in _ALIKE for other in group[1:]})
_CODE = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d{6})[0-9A-Za-z]{15,20}(?![0-9A-Za-z])")
_NUMBER = re.compile(r"\d(?:[ \-－—·]?\d){6,}[Xx]?")
_LETTERS = re.compile(r"[0-9a-z一-鿿㐀-䶿]")


def forget() -> None:
    """Let go of how single texts sound: of use while an index is built over them, and hardly for the next one."""
    for remembering in (syllables, _heard, sounds_one_by_one):
        remembering.cache_clear()


def cleaned(text: object) -> str:
    """The text without control, bidi and surrogate characters, and with a leading slash made harmless."""
    if not isinstance(text, str):
        return ""
    visible = "".join(
        " " if c in "\r\n\t" else c for c in text if c in "\r\n\t" or unicodedata.category(c) not in _INVISIBLE
    )
    return re.sub(r"^(\s*)/", r"\1／", re.sub(r" {2,}", " ", visible)).strip()


def without_numbers(text: str) -> str:
    """The text with zeros for numbers of persons (身份证、手机、信用代码), of the same length, so that it sounds the same."""
    text = _CODE.sub(lambda found: re.sub("[0-9A-Za-z]", "0", found[0]), text)
    return _NUMBER.sub(lambda found: re.sub(r"[\dXx]", "0", found[0]), text)


@lru_cache(maxsize=2)
def _converter(name: str) -> Callable[[str], str]:
    from opencc import OpenCC  # loaded when the first traditional text comes, not at start-up

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


def _in_gb2312(text: str) -> bool:
    """Whether the text can be written in GB2312, as nearly all simplified text can."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=16384)
def _traditional(character: str) -> bool:
    return not _in_gb2312(character) and _converter("t2s")(character) != character


def _has_traditional(text: str) -> bool:
    """Whether a character stands in it that simplified text writes otherwise (not: an emoji, 喆)."""
    return not _in_gb2312(text) and any(map(_traditional, set(text)))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """One spelling for all ways to write the same: width, case, traditional characters; folding twice changes nothing."""
    plain = unicodedata.normalize("NFKC", text).lower().encode("utf-8", "ignore").decode("utf-8")  # no lone surrogates
    for _ in range(2):  # 薴 becomes 苧, and that 苎
        if not _has_traditional(plain):
            break
        plain = _converter("tw2sp")(plain)
    return plain


@lru_cache(maxsize=REMEMBERED)
def compact(text: str) -> str:
    """Folded, without spaces and punctuation: what names are compared in."""
    plain = unicodedata.normalize("NFC", _NOISE.sub("", folded(text)))  # an accent may stand by its letter now
    return text if plain == text else plain  # most are so already: one string is kept, not two


def compact_clauses(text: str) -> list[str]:
    """The clauses of a text, each compact; none is empty."""
    return [clause for clause in map(compact, PAUSE.split(text)) if clause]


def shortened(text: str) -> str:
    """The beginning and the end of a text that is too long to be a question."""
    cut = _ends(text)
    return cut if len(folded(cut)) <= LONGEST else _ends(folded(cut))  # one sign can stand for eighteen (﷽)


def _ends(text: str) -> str:
    half = MAX_LENGTH // 2
    return text if len(text) <= MAX_LENGTH else f"{text[:half]}，{text[-half:]}"


def shaped(text: str) -> str:
    """The text with characters that are mistaken for one another by their shape written as one of them."""
    other = text.translate(_LOOK_ALIKE)
    return text if other == text else other  # one string in memory rather than two


def clauses(text: str) -> tuple[int, ...]:
    """For each character of the compact text, the number of the clause it stands in."""
    places: list[int] = []
    number = 0
    for character in folded(text):
        if _NOISE.fullmatch(character):
            number += character in _CLAUSE_END
        else:
            number += character in _JOINING
            places.append(number)
    return tuple(places)


def says_nothing(text: str) -> bool:
    """Whether there is no letter, digit or Chinese character in it (only signs or emoji)."""
    return not _LETTERS.search(folded(text))


@lru_cache(maxsize=8192)
def syllables(text: str) -> tuple[str, ...]:
    """The toneless pinyin of each Chinese character; Latin runs are cut into syllables where they are pinyin."""
    result: list[str] = []
    for run in re.findall(r"[a-z]+|[0-9]+|[^a-z0-9]+", folded(text)):
        if _LATIN.fullmatch(run):
            result += cut_pinyin(run) or (run,)
        else:
            result += _pinyin(_NOISE.sub("", run))
    return tuple(fuzzy(s) for s in result)


def _pinyin(text: str) -> tuple[str, ...]:
    """The pinyin of Chinese text; an ending that many names share is heard apart, so that each stem is heard once."""
    ending = _SHARED_ENDING.search(text)
    at = ending.start() if ending else len(text)
    return _heard(text[:at]) + _heard(text[at:])


@lru_cache(maxsize=REMEMBERED)
def _heard(text: str) -> tuple[str, ...]:
    return sounds(text)


@lru_cache(maxsize=2048)
def sounds_one_by_one(text: str) -> tuple[str, ...]:
    """The sounds of the characters each by itself, as a typing error is heard (行 is then always xing)."""
    return tuple(sound for piece in re.findall(r"[a-z]+|[0-9]+|[^a-z0-9]", compact(text)) for sound in syllables(piece))


@lru_cache(maxsize=4096)
def fuzzy(syllable: str) -> str:
    """Sounds that northern speakers and input methods mix up, folded: zh/z, ch/c, sh/s, ng/n, l/n, f/h kept apart."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable[2:]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


@lru_cache(maxsize=1)
def _pinyin_syllables() -> frozenset[str]:
    return frozenset(s for s in all_syllables() if s.isascii() and s.isalpha() and len(s) <= 6) - frozenset(
        "bcdfghjklmnpqrstvwxyz"
    )


@lru_cache(maxsize=2048)
def cut_pinyin(run: str) -> tuple[str, ...] | None:
    """A Latin run as pinyin syllables, fewest first; None where it is not wholly pinyin."""
    known = _pinyin_syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is not None and run[start:end] in known:
                candidate = (*before, run[start:end])
                current = best[end]
                if current is None or len(candidate) < len(current):
                    best[end] = candidate
    return best[-1] if run else None


@lru_cache(maxsize=REMEMBERED)
def initials(text: str) -> str:
    """The first letter of each character's sound; Latin letters and digits stay."""
    runs = re.findall(r"[a-z0-9]+|[^a-z0-9]+", compact(text))
    return "".join(run if run[0].isascii() else "".join(sound[0] for sound in _pinyin(run)) for run in runs)
