"""The JSON Schemas in knowledge/schema/ are those of today's models."""

from __future__ import annotations

import json

from assistant.knowledge.schema import HINTS, schemas, write_schemas
from assistant.knowledge.yamlfile import keys


def test_schemas_on_disk_are_current(real_root):
    """After a change of the models: `.venv/bin/python -m assistant.knowledge.schema`."""
    stored = {path.name: path.read_text("utf-8") for path in (real_root / "schema").glob("*.json")}

    assert stored == schemas()


def test_every_key_has_a_chinese_hint():
    """An editor is told of each key what belongs there, and no hint is left over."""
    assert keys() == HINTS.keys()


def test_guide_schema_knows_keys_and_choices():
    """Completion offers the Chinese keys and the three states; unknown keys are marked."""
    guide = json.loads(schemas()["guide.json"])

    assert guide["additionalProperties"] is False
    assert guide["required"] == ["名称", "一句话"]
    assert guide["definitions"]["State"]["enum"] == ["已核", "有出处", "待核"]
    assert guide["properties"]["一句话"]["description"] == HINTS["一句话"]


def test_schemas_allow_one_value_for_a_list_as_the_loader_does():
    """`依据: 通行做法` is as good as a list of one."""
    fact = json.loads(schemas()["guide.json"])["definitions"]["Fact"]

    assert [way.get("type") for way in fact["properties"]["依据"]["anyOf"]] == ["array", "string", "null"]


def test_vs_code_maps_every_schema_to_its_file(real_root):
    """Each schema is named in .vscode/settings.json, and each file it is for exists."""
    settings = json.loads((real_root.parent / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]

    assert {name.rpartition("/")[2] for name in settings} == schemas().keys()
    assert all(list(real_root.parent.glob(pattern)) for pattern in settings.values())


def test_writing_schemas_twice_changes_nothing(tmp_path):
    """Only files that differ are written."""
    assert len(write_schemas(tmp_path)) == len(schemas())
    assert write_schemas(tmp_path) == []
