"""Numbers that must not be there are found, and ordinary ones left alone."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.numbers import check_numbers, valid_credit_code
from assistant.knowledge.yamlfile import YamlFile

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def messages(text: str) -> list[str]:
    """What is told about one line."""
    return [
        finding.message for finding in check_numbers({"x.yaml": YamlFile("x.yaml", None, array("I"), text.encode())})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "1380-013-8000",
        "+86 13800138000",
        "电话：138 00138000",
        "１３８００１３８０００",
    ],
)
def test_numbers_finds_mobile_numbers_however_they_are_grouped(text):
    """Spaces, dashes, a country code and full-width digits hide nothing."""
    assert messages(text) == ["像是个人手机号，请改成办公电话或删掉"]


@pytest.mark.parametrize(
    "text",
    [
        "0457-2123456",
        "12345",
        "400-123-4567",
        "000-0000-0001",
        "2026-11-21",
        "周一到周五 13:30—17:00",
        "https://example.org/art/2024/13912345678901.html",
        "国务院令第746号",
        "91350100M000100Y43",
    ],
)
def test_numbers_leaves_ordinary_numbers_alone(text):
    """Landlines, hotlines, dates, addresses of pages and right credit codes are no findings."""
    assert messages(text) == []


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B", "91440300708461136T"])
def test_credit_code_knows_right_ones(code):
    """Codes of real enterprises (福建样例、腾讯等) have the right check character."""
    assert valid_credit_code(code)


@given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(LETTERS))
def test_credit_code_notices_every_single_wrong_sign(start, position, sign):
    """Each start has one right check character, and one changed sign makes it wrong."""
    (right,) = [start + last for last in LETTERS if valid_credit_code(start + last)]
    changed = right[:position] + sign + right[position + 1 :]

    assert valid_credit_code(changed) == (changed == right)
