"""What may be written where, for whoever types: the keys below each key with their hints, and what a value may be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from assistant.knowledge.schema import KINDS, schemas
from assistant.knowledge.whole import Knowledge

Word = dict[str, str]  # label, and what it means
TOP = ""  # what stands above the first keys


def words(knowledge: Knowledge, path: str) -> dict[str, Any]:
    """The words for a file: `keys` by the key above them, `values` by their key."""
    schema = _schema(kind_of(path))
    if schema is None:
        return {"keys": {}, "values": {}}
    keys: dict[str, list[Word]] = {}
    values: dict[str, list[Word]] = {}
    for parent, key, node in _properties(schema, TOP, _resolved(schema, schema), frozenset()):
        held = keys.setdefault(parent, [])
        if all(word["label"] != key for word in held):
            held.append({"label": key, "detail": str(node.get("description", ""))})
        choices = list(_choices(schema, node))
        if choices:
            values[key] = [{"label": one, "detail": ""} for one in choices]
    return {"keys": keys, "values": {**values, **{k: v for k, v in _named(knowledge).items() if _used(keys, k)}}}


def kind_of(path: str) -> str:
    """What a file is, as `assistant.knowledge.schema` names it."""
    if path.startswith("guides/"):
        return "guide"
    return "demo" if path == "demo/catalog.yaml" else path.removesuffix(".yaml")


@cache
def _schema(kind: str) -> Mapping[str, Any] | None:
    """The JSON Schema of a kind of file, which is what editor programs are given, too."""
    found: Mapping[str, Any] | None = json.loads(schemas()[f"{kind}.json"]) if kind in KINDS else None
    return found


def _properties(
    schema: Mapping[str, Any], parent: str, node: Mapping[str, Any], above: frozenset[str]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every key with the key above it."""
    for key, child in node.get("properties", {}).items():
        yield parent, key, child
        if key not in above:
            for inner in _objects(schema, child):
                yield from _properties(schema, key, inner, above | {key})


def _objects(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The mappings that may stand at a place, in a list or alone."""
    node = _resolved(schema, node)
    if "properties" in node:
        yield node
    for way in (*node.get("anyOf", ()), *([node["items"]] if isinstance(node.get("items"), dict) else [])):
        yield from _objects(schema, way)


def _choices(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[str]:
    """The few values that may stand at a place."""
    node = _resolved(schema, node)
    yield from (str(value) for value in node.get("enum", ()))
    if node.get("type") == "boolean":
        yield from ("true", "false")
    for way in node.get("anyOf", ()):
        yield from _choices(schema, way)


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in node:
        found: Mapping[str, Any] = schema["definitions"][str(node["$ref"]).rpartition("/")[2]]
        return found
    items = node.get("items")
    return _resolved(schema, items) if node is schema and isinstance(items, dict) else node


def _used(keys: Mapping[str, list[Word]], key: str) -> bool:
    return any(word["label"] == key for held in keys.values() for word in held)


def _named(knowledge: Knowledge) -> dict[str, list[Word]]:
    """Ids and short names that other files give, each with what it stands for."""

    def told(pairs: Iterable[tuple[str, str | None]]) -> list[Word]:
        return [{"label": own, "detail": name or ""} for own, name in pairs]

    departments = told((one.id, one.name) for one in knowledge.departments.values())
    return {
        "依据": told((one.id, one.title) for one in knowledge.sources.values()),
        "共用": told((one.id, one.name) for one in knowledge.materials.values()),
        "顺带看看": told((own, one.name) for own, one in knowledge.guides.items()),
        "情形": told((one.id, one.name) for one in knowledge.situations.values()),
        "企业类型": told((one.id, one.name) for one in knowledge.enterprise_types.values()),
        "手续": told((own, "") for own in knowledge.acts),
        "窗口": told((one.id, one.name) for one in knowledge.windows.values()),
        "地区": told((one.id, one.name) for one in knowledge.regions.values()),
        "部门": departments,
        "事项": told((one.id, one.name) for one in knowledge.items.values()),
        "维护部门": told((one.name, "") for one in knowledge.departments.values()),
    }
