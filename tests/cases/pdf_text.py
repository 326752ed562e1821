"""The words on a PDF made by typst, page by page, as a person would copy them."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\nendstream", re.S)  # a stream may end with a \r of its own
_RUN = re.compile(rb"/(f\d+) [\d.]+ Tf[^\n]*? Tm(.*?)T[jJ]\nET", re.S)
_STRING = re.compile(
    rb"\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)|<([0-9A-Fa-f]*)>", re.S
)  # as bytes, or in hexadecimal
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(content: bytes) -> list[str]:
    """What stands on each page, in the order in which it was set, without what separates one run from the next."""
    objects = dict(_OBJECT.findall(content))

    def referred(holder: bytes, name: bytes) -> bytes:
        found = re.search(rb"/%s (\d+) 0 R" % name, holder)
        assert found, name
        return objects[found[1]]

    texts = []
    for page in (one for one in objects.values() if b"/Type/Page/" in one):
        resources = referred(page, b"Resources")
        fonts = {
            name: _letters(_stream(referred(objects[number], b"ToUnicode")))
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        }
        texts.append(_read(_stream(referred(page, b"Contents")), fonts))
    return texts


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1])


def _letters(cmap: bytes) -> dict[bytes, str]:
    """Which glyph of a font stands for what."""
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    return {bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _read(stream: bytes, fonts: dict[bytes, dict[bytes, str]]) -> str:
    text: list[str] = []
    runs = _RUN.findall(stream)
    assert len(runs) == stream.count(b"\nBT "), "a run of text that this reader does not understand"
    for font, shown in runs:
        for string, hexadecimal in _STRING.findall(shown):
            raw = bytes.fromhex(hexadecimal.decode()) if hexadecimal else _ESCAPE.sub(_plain, string)
            text += [fonts[font][raw[i : i + 2]] for i in range(0, len(raw), 2)]
    return "".join(text)


def _plain(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, code)
