"""Findings as text, as JSON and as annotations of GitHub."""

from __future__ import annotations

import json

from assistant.knowledge.finding import Finding, as_annotations, as_json, as_text, errors_in

ERROR = Finding("guides/a.yaml", 3, 5, "材料 › 第1条", "缺少“名称”，请补上")
WARNING = Finding("catalog.yaml", 1, 1, "", "100% 旧了，\n看看", "warning")


def test_text_tells_errors_before_warnings_and_counts_them():
    """An editor reads what must be mended first."""
    assert as_text([WARNING, ERROR]).splitlines()[0] == "错误  guides/a.yaml:3:5 材料 › 第1条：缺少“名称”，请补上"
    assert as_text([WARNING, ERROR]).endswith("1 处错误要改，1 处提醒")
    assert as_text([]) == "没有发现问题"


def test_json_carries_every_part_of_a_finding():
    """A program finds the place without taking sentences apart."""
    read = json.loads(as_json([ERROR, WARNING]))

    assert (read["errors"], read["warnings"]) == (1, 1)
    assert read["findings"][0] == {
        "file": "guides/a.yaml",
        "line": 3,
        "column": 5,
        "path": "材料 › 第1条",
        "message": "缺少“名称”，请补上",
        "level": "error",
    }


def test_annotations_are_what_github_reads():
    """Percent signs and line ends are escaped, the file is told from the root of the repository."""
    assert as_annotations([ERROR, WARNING]).splitlines() == [
        "::error file=knowledge/guides/a.yaml,line=3,col=5::材料 › 第1条：缺少“名称”，请补上",
        "::warning file=knowledge/catalog.yaml,line=1,col=1::100%25 旧了，%0A看看",
    ]


def test_errors_are_what_decides_the_exit_code():
    """Warnings keep nobody from serving."""
    assert errors_in([ERROR, WARNING]) == [ERROR]
