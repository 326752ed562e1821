"""What is wrong with a value, as a Chinese sentence that says how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

FULL_WIDTH_COLON = "用了全角冒号“：”，请改成英文冒号加空格“: ”"
NO_SPACE = "冒号后面要空一格，写成“: ”"


def sentence(error: dict[str, Any], keys: Collection[str]) -> str:
    """One pydantic error as a sentence; `keys` are all item names there are."""
    kind, context, given = error["type"], error.get("ctx") or {}, error.get("input")
    shown = f"“{given}”" if isinstance(given, str | int) else "这里"
    match kind:
        case "missing":
            return "缺少这一项，请补上"
        case "extra_forbidden":
            return _unknown_key(str(error["loc"][-1]), keys)
        case "enum" | "literal_error":
            allowed = str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")
            return f"{shown}不能用，只能写 {allowed.replace(chr(39), '')} 中的一个"
        case "string_too_short":
            return "不能是空的，请写上内容或删掉这一行"
        case "string_type":
            return "是空的，请写上内容或删掉这一行" if given is None else "这里要写一段文字"
        case "bool_parsing" | "bool_type":
            return f"{shown}不对，只能写 true 或 false"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{shown}不是整数，只写数字，比如 3"
        case "greater_than_equal":
            return f"{shown}太小了，最小是 {context.get('ge')}"
        case "less_than_equal":
            return f"{shown}太大了，最大是 {context.get('le')}"
        case _ if kind.startswith("date"):
            return f"{shown}不是日期，请写成 2026-11-21 这样"
        case "too_short":
            return f"太少了，至少要有 {context.get('min_length')} 条"
        case "model_type" | "model_attributes_type" | "dict_type":
            if isinstance(given, str) and _key_before(given, "：") in keys:
                return FULL_WIDTH_COLON
            if isinstance(given, str) and _key_before(given, ":") in keys:
                return NO_SPACE
            return "这里要写成“项目: 内容”的样子"
        case "tuple_type" | "list_type":
            return "这里要写成一条一条的列表，每条前面加“- ”"
        case _:
            return f"{shown}写得不对"


def _key_before(text: str, colon: str) -> str:
    return text.partition(colon)[0].strip() if colon in text else ""


def _unknown_key(key: str, keys: Collection[str]) -> str:
    """What an unknown item name probably was meant to be."""
    if _key_before(key, "：") in keys:
        return FULL_WIDTH_COLON
    if _key_before(key, ":") in keys:
        return NO_SPACE
    if key in keys:
        return f"这里不能写“{key}”，检查缩进，或挪到该写的地方"
    near = difflib.get_close_matches(key, sorted(keys), n=1, cutoff=0.5)
    return f"没有“{key}”这个项目名，是不是想写“{near[0]}”？" if near else f"没有“{key}”这个项目名，检查是不是写错了字"
