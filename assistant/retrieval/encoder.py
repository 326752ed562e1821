"""Texts to unit vectors: the shipped int8 ONNX encoder, and the choice between it and a model a city brings.

Nothing here needs torch: onnxruntime and tokenizers are imported when an encoder is loaded, never before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

Vectors = NDArray[np.float32]
BATCH = 32  # sentences of similar length that go through the model together
DESCRIPTION = "encoder.json"
BROUGHT = ("modules.json", "config.json")  # either makes a directory one that sentence-transformers reads


class Encoder(Protocol):
    """Turns texts into unit vectors; `digest` names the weights, so an index knows what it was built with."""

    @property
    def name(self) -> str:
        """What people call the model."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def digest(self) -> str:
        """A hash that changes whenever the vectors may change."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""


class OnnxEncoder:
    """The shipped sentence-transformers directory, run by onnxruntime on one thread."""

    def __init__(self, directory: Path) -> None:
        described = _description(directory)
        try:
            self.name = str(described["name"])
            self.dimension = int(described["dimension"])
            self._max_length = int(described["max_length"])
            files = {str(name): str(wanted) for name, wanted in described["files"].items()}
            model = next(name for name in files if name.endswith(".onnx"))
            tokenizer = next(name for name in files if name.endswith(".json"))
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
            raise EncoderError(f"编码器目录里的 {DESCRIPTION} 写得不完整：{directory}。请重新取得这个目录。") from error
        contents = {name: _checked(directory / name, wanted) for name, wanted in files.items()}
        self.digest = hashlib.sha256("".join(sorted(files.values())).encode()).hexdigest()
        try:
            self._load(contents[model], contents[tokenizer])
        except ImportError as error:
            raise EncoderError("缺少 onnxruntime 或 tokenizers，编码器用不了。请重新安装依赖。") from error
        except Exception as error:  # both libraries raise many kinds of their own
            raise EncoderError(f"编码器的模型读不出来：{directory}。请重新取得这个目录。") from error

    def _load(self, model: bytes, tokenizer: bytes) -> None:
        """Make the session and the tokenizer from the files' contents."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self._tokenizer.enable_truncation(self._max_length)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One float32 row of length one for each text, in the order of the texts."""
        rows: list[list[int]] = [self._tokenizer.encode(_cut(text, self._max_length)).ids for text in texts]
        vectors = np.zeros((len(rows), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        for start in range(0, len(rows), BATCH):
            places = by_length[start : start + BATCH]
            ids = np.zeros((len(places), len(rows[places[-1]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for line, place in enumerate(places):
                ids[line, : len(rows[place])] = rows[place]
                mask[line, : len(rows[place])] = 1
            vectors[places] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def load_encoder(path: Path | None) -> Encoder | None:
    """The encoder in a directory (shipped, or any sentence-transformers model); None when no path is set."""
    if path is None:
        return None
    if (path / DESCRIPTION).is_file() or not any((path / name).is_file() for name in BROUGHT):
        return OnnxEncoder(path)
    from assistant.retrieval.encoder_st import SentenceTransformerEncoder

    return SentenceTransformerEncoder(path)


def _cut(text: str, tokens: int) -> str:
    """A text short enough that tokenizing it costs little, however long it was."""
    return text[: 16 * tokens]


def _description(directory: Path) -> dict[str, Any]:
    """What encoder.json says, or a sentence about what is missing."""
    if not directory.is_dir():
        raise EncoderError(f"找不到编码器目录：{directory}。请检查设置，或重新取得这个目录。")
    try:
        described = json.loads((directory / DESCRIPTION).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EncoderError(f"编码器目录不完整，缺少 {DESCRIPTION}：{directory}。请重新取得这个目录。") from error
    except (OSError, ValueError) as error:
        raise EncoderError(f"编码器目录里的 {DESCRIPTION} 读不出来：{directory}。请重新取得这个目录。") from error
    if not isinstance(described, dict):
        raise EncoderError(f"编码器目录里的 {DESCRIPTION} 写得不完整：{directory}。请重新取得这个目录。")
    return described


def _checked(path: Path, wanted: str) -> bytes:
    """The contents of a file whose hash must be the wanted one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"编码器目录不完整，缺少 {path.name}：{path.parent}。请重新取得这个目录。") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise EncoderError(f"编码器的文件 {path.name} 损坏或不完整：{path.parent}。请重新取得这个目录。")
    return content
