"""Numbers that must not stand in the knowledge: personal mobile and identity numbers, wrong credit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.knowledge.finding import Finding
from assistant.knowledge.yamlfile import YamlFile

_HALF_WIDTH = str.maketrans("０１２３４５６７８９－　", "0123456789- ")
_DIGIT_RUNS = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(1[3-9][0-9]*(?:[ \-–—·.][0-9]+){0,3})(?![0-9A-Za-z])")
_HOW_PEOPLE_GROUP = {(11,), (3, 4, 4), (4, 3, 4), (3, 3, 5), (4, 4, 3), (3, 2, 3, 3), (5, 6), (3, 8), (7, 4)}
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z_/=.%-])(?=[0-9A-Z]*[A-Z])[159AN][0-9A-Z][0-9]{6}[0-9A-Z]{10}(?![0-9A-Za-z])")
_CODE_AFTER_ITS_NAME = re.compile(r"信用代码[是为：:“”\s]{0,3}([0-9A-Za-z]{10,})")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_numbers(files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """Every line of every file, comments too."""
    for file in files.values():
        for number, line in enumerate(file.text.split("\n"), 1):
            for column, message in _in_line(line.translate(_HALF_WIDTH)):
                yield file.finding_at(number, column + 1, message)


def _in_line(line: str) -> Iterator[tuple[int, str]]:
    for run in _DIGIT_RUNS.finditer(line):
        if tuple(len(part) for part in re.split(r"[^0-9]", run[1])) in _HOW_PEOPLE_GROUP:
            yield run.start(), "像是个人手机号，请改成办公电话或删掉"
    for identity in _IDENTITY.finditer(line):
        if not valid_credit_code(identity[0]):
            yield identity.start(), "像是身份证号，请删掉"
    codes = {m.start(): m[0] for m in _CREDIT_CODE.finditer(line)}
    codes |= {m.start(1): m[1].upper() for m in _CODE_AFTER_ITS_NAME.finditer(line)}
    for column, code in codes.items():
        if len(code) != 18:
            yield column, f"统一社会信用代码应是 18 位，这里是 {len(code)} 位，请照执照再抄一遍"
        elif not valid_credit_code(code):
            yield column, f"统一社会信用代码“{code}”不对，请照执照再抄一遍"


def valid_credit_code(code: str) -> bool:
    """Whether the check character of a 统一社会信用代码 is right (GB 32100-2015: weights 3^i, modulo 31)."""
    if len(code) != 18 or any(sign not in _ALPHABET for sign in code):
        return False
    total = sum(_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]
