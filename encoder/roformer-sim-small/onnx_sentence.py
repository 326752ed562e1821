"""Lets sentence-transformers run the int8 ONNX beside it: SentenceTransformer(folder, trust_remote_code=True)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer


class OnnxSentence(InputModule):
    """Tokenizes texts and runs them through an ONNX file whose output is the finished unit vector."""

    config_file_name = "onnx_sentence.json"
    config_keys: ClassVar[list[str]] = ["model_file", "tokenizer_file", "max_seq_length", "dimension"]

    def __init__(self, folder: str, model_file: str, tokenizer_file: str, max_seq_length: int, dimension: int) -> None:
        super().__init__()
        self.folder = Path(folder)
        self.model_file, self.tokenizer_file, self.dimension = model_file, tokenizer_file, dimension
        self.max_seq_length = max_seq_length
        self.tokenizer = Tokenizer.from_file(str(self.folder / tokenizer_file))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(self.folder / model_file), options, providers=["CPUExecutionProvider"]
        )

    def preprocess(self, inputs: Any, prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Texts as padded token numbers."""
        self.tokenizer.enable_truncation(self.max_seq_length)
        self.tokenizer.enable_padding()
        rows = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([row.ids for row in rows], dtype=torch.long),
            "attention_mask": torch.tensor([row.attention_mask for row in rows], dtype=torch.long),
        }

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Token numbers as unit vectors."""
        feeds = {name: features[name].cpu().numpy().astype(np.int64) for name in ("input_ids", "attention_mask")}
        vectors = self.session.run(None, feeds)[0]
        features["sentence_embedding"] = torch.from_numpy(vectors).to(features["input_ids"].device)
        return features

    def get_embedding_dimension(self) -> int:
        """How many numbers a vector has."""
        return self.dimension

    def get_sentence_embedding_dimension(self) -> int:
        """The older name of the same."""
        return self.dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Copy the two files and write the settings."""
        for name in (self.model_file, self.tokenizer_file):
            if (self.folder / name).resolve() != (Path(output_path) / name).resolve():
                shutil.copy2(self.folder / name, output_path)
        self.save_config(output_path)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **kwargs: Any) -> OnnxSentence:
        """Read the settings and both files from a local directory."""
        folder = Path(model_name_or_path) / subfolder
        return cls(folder=str(folder), **cls.load_config(str(model_name_or_path), subfolder=subfolder))
