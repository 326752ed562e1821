"""Small ONNX models that ship: files checked by their hash; of texts one row of figures for each; no torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

Figures = NDArray[np.float32]
FILLED_UP = 12  # tokens by which the texts of a batch are filled up for a longer one: a run of its own costs as much
BATCH = 8  # texts of similar length that go through the model together; on one thread more of them are slower


class CheckedModel:
    """A model with the files beside it, run by onnxruntime on one thread."""

    def __init__(self, directory: Path, description: str, *, called: str) -> None:
        """`description` names the JSON file with files (name → SHA-256), and what else a model needs.

        EncoderError, which says what the model is `called`, where a file is missing, damaged or unreadable.
        """
        self.described = _description(directory, description, called)
        try:
            files = {str(name): str(wanted) for name, wanted in self.described["files"].items()}
            model = next(name for name in files if name.endswith(".onnx"))
            self._take(directory, files)
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
            raise EncoderError(
                f"{called}目录里的 {description} 写得不完整：{directory}。请重新取得这个目录。"
            ) from error
        for name, wanted in files.items():
            _check(directory / name, wanted, called)
        self.digest = hashlib.sha256("".join(sorted(files.values())).encode()).hexdigest()
        try:
            self._load(directory / model)
        except ImportError as error:
            raise EncoderError(f"缺少 onnxruntime 或 tokenizers，{called}用不了。请重新安装依赖。") from error
        except Exception as error:  # both libraries raise many kinds of their own
            raise EncoderError(f"{called}的模型读不出来：{directory}。请重新取得这个目录。") from error

    def _take(self, directory: Path, files: Mapping[str, str]) -> None:
        """Take what else the description says; what it lacks raises an error of Python's own."""

    def _load(self, model: Path) -> None:
        """Make the session; from a path, as what is given as bytes is kept beside what is made of it."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class ReadingModel(CheckedModel):
    """A model with the tokenizer of its words."""

    def _take(self, directory: Path, files: Mapping[str, str]) -> None:
        self._words = directory / next(name for name in files if name.endswith(".json"))

    def _load(self, model: Path) -> None:
        from tokenizers import Tokenizer

        super()._load(model)
        self._tokenizer: Any = Tokenizer.from_file(str(self._words))


class OnnxModel(ReadingModel):
    """A model of texts; the description has max_length, too."""

    def _take(self, directory: Path, files: Mapping[str, str]) -> None:
        super()._take(directory, files)
        self._max_length = int(self.described["max_length"])

    def _load(self, model: Path) -> None:
        super()._load(model)
        self._tokenizer.enable_truncation(self._max_length)
        self._tokenizer.no_padding()

    def run(self, texts: Sequence[str]) -> Figures:
        """One float32 row for each text, in the order of the texts; a text has the same row alone and among others."""
        rows: list[list[int]] = [self._tokenizer.encode(text[: 16 * self._max_length]).ids for text in texts]
        found: dict[int, Figures] = {}
        for places in _batches(list(map(len, rows))):
            ids = np.zeros((len(places), len(rows[places[-1]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for line, place in enumerate(places):
                ids[line, : len(rows[place])] = rows[place]
                mask[line, : len(rows[place])] = 1
            figures = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            found |= dict(zip(places, figures, strict=True))
        return np.array([found[place] for place in range(len(rows))], np.float32)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The places of the texts that go through together, shorter ones first."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        last = batches[-1] if batches else []
        longer = lengths[place] - lengths[last[-1]] if last else 0
        if last and len(last) < BATCH and len(last) * longer <= FILLED_UP:
            last.append(place)
        else:
            batches.append([place])
    return batches


def softmax(utility: Figures) -> Figures:
    """Shares that sum to one in each row."""
    odds = np.exp(utility - utility.max(-1, keepdims=True))
    shares: Figures = odds / odds.sum(-1, keepdims=True)
    return shares


def _description(directory: Path, name: str, called: str) -> dict[str, Any]:
    """What the JSON file says, or a sentence about what is missing."""
    if not directory.is_dir():
        raise EncoderError(f"找不到{called}目录：{directory}。请检查设置，或重新取得这个目录。")
    try:
        described = json.loads((directory / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EncoderError(f"{called}目录不完整，缺少 {name}：{directory}。请重新取得这个目录。") from error
    except (OSError, ValueError) as error:
        raise EncoderError(f"{called}目录里的 {name} 读不出来：{directory}。请重新取得这个目录。") from error
    if not isinstance(described, dict):
        raise EncoderError(f"{called}目录里的 {name} 写得不完整：{directory}。请重新取得这个目录。")
    return described


def _check(path: Path, wanted: str, called: str) -> None:
    """EncoderError unless the file is there and has the wanted hash."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{called}目录不完整，缺少 {path.name}：{path.parent}。请重新取得这个目录。") from error
    if found != wanted:
        raise EncoderError(f"{called}的文件 {path.name} 损坏或不完整：{path.parent}。请重新取得这个目录。")
