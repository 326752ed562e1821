"""The shipped encoder as the service runs it, and what is said when its directory is not what it should be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EncoderError
from assistant.retrieval.encoder import OnnxEncoder, load_encoder

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "encoder" / "roformer-sim-small"
REFERENCE = json.loads((SHIPPED / "reference_vectors.json").read_text(encoding="utf-8"))
TEXTS = [line["text"] for line in REFERENCE]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    """The shipped encoder."""
    return OnnxEncoder(SHIPPED)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped directory that may be damaged."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "encoder"))


def test_encoder_gives_the_reference_vectors(encoder: OnnxEncoder) -> None:
    """The vectors are those written down when the encoder was made, up to the rounding of another CPU."""
    wanted = np.array([line["vector"] for line in REFERENCE], dtype=np.float32)
    assert (encoder.encode(TEXTS) * wanted).sum(axis=1).min() >= 0.99


def test_encoder_gives_float32_unit_vectors(encoder: OnnxEncoder) -> None:
    """Every row is float32 of length one, also for texts without a known character."""
    vectors = encoder.encode([*TEXTS, "", " ", "🙂🙂", "\x00", "ok", "龘" * 10_000])
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS) + 6, encoder.dimension)
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_encoder_gives_a_text_the_same_vector_alone_and_in_company(encoder: OnnxEncoder) -> None:
    """What a text is encoded together with does not change its vector, so an index can be updated piece by piece."""
    together = encoder.encode(TEXTS * 3)
    for place, text in enumerate(TEXTS):
        assert np.abs(encoder.encode([text])[0] - together[place]).max() < 1e-5


def test_encoder_gives_no_rows_for_no_texts(encoder: OnnxEncoder) -> None:
    """No texts make an empty array of the right width."""
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_encoder_knows_that_closing_a_shop_and_a_licence_belong_together(encoder: OnnxEncoder) -> None:
    """A question is nearer to its licence than to another one."""
    question, right, wrong = encoder.encode(["饭店黄了，食品证咋退", "食品经营许可证", "采矿许可证"])
    assert question @ right > question @ wrong + 0.1


def test_encoder_digest_follows_the_files(encoder: OnnxEncoder, copy: Path) -> None:
    """The digest is the same for the same files, whatever folder they lie in."""
    assert OnnxEncoder(copy).digest == encoder.digest
    assert len(encoder.digest) == 64


def test_encoder_directory_is_small_and_licensed() -> None:
    """The directory stays within 20 MB and carries licence, notice and model card."""
    assert sum(f.stat().st_size for f in SHIPPED.rglob("*") if f.is_file()) <= 20_000_000
    for name in ("LICENSE", "NOTICE", "README.md", "modules.json"):
        assert (SHIPPED / name).is_file()


def test_missing_directory_is_said_so(tmp_path: Path) -> None:
    """A directory that is not there gives a sentence that names it."""
    with pytest.raises(EncoderError, match="找不到编码器目录"):
        load_encoder(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["encoder.json", "model_int8.onnx", "tokenizer.json"])
def test_missing_file_is_said_so(copy: Path, name: str) -> None:
    """A file that is not there gives a sentence that names it."""
    (copy / name).unlink()
    with pytest.raises(EncoderError, match=f"缺少 {name}"):
        OnnxEncoder(copy)


def test_truncated_model_is_said_so(copy: Path) -> None:
    """Half a model gives a sentence, as after an interrupted download."""
    model = copy / "model_int8.onnx"
    model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    with pytest.raises(EncoderError, match="损坏或不完整"):
        OnnxEncoder(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"name": "x", "dimension": "many", "files": {}}'])
def test_description_that_cannot_be_used_is_said_so(copy: Path, text: str) -> None:
    """A damaged encoder.json gives a sentence that names it."""
    (copy / "encoder.json").write_text(text, encoding="utf-8")
    with pytest.raises(EncoderError, match=r"encoder\.json"):
        OnnxEncoder(copy)


def test_model_that_is_no_model_is_said_so(copy: Path) -> None:
    """A file that has its hash but is no ONNX gives a sentence."""
    import hashlib

    (copy / "model_int8.onnx").write_bytes(b"not a model")
    described = json.loads((copy / "encoder.json").read_text(encoding="utf-8"))
    described["files"]["model_int8.onnx"] = hashlib.sha256(b"not a model").hexdigest()
    (copy / "encoder.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(EncoderError, match="读不出来"):
        OnnxEncoder(copy)


def test_no_path_means_no_encoder() -> None:
    """Without a setting there is no encoder, and that is not a fault."""
    assert load_encoder(None) is None


def test_shipped_directory_is_run_without_torch() -> None:
    """Loading and using the shipped encoder imports neither torch nor sentence-transformers."""
    program = (
        "import sys; from pathlib import Path; from assistant.retrieval.encoder import load_encoder;"
        "assert 'onnxruntime' not in sys.modules;"
        f"load_encoder(Path({str(SHIPPED)!r})).encode(['证']);"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
