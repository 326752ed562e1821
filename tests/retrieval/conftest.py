"""The real knowledge and the shipped encoder, read once."""

from pathlib import Path

import pytest

from assistant.knowledge.load import read_folder
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.encoder import Encoder, OnnxEncoder
from assistant.retrieval.finder import Finder
from assistant.retrieval.remembering import RememberingEncoder
from tests import vectors

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """What ships, without the fictional region."""
    found, reading = read_folder(ROOT / "knowledge")
    assert found is not None, "\n".join(map(str, reading.findings))
    return found


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The shipped encoder, with what it has encoded before."""
    return RememberingEncoder(OnnxEncoder(ROOT / "encoder" / "roformer-sim-small"), vectors.kept())


@pytest.fixture(scope="session")
def finder(knowledge: Knowledge, encoder: Encoder) -> Finder:
    """The finder as it is served."""
    return Finder(knowledge, encoder)


@pytest.fixture(scope="session")
def plain_finder(knowledge: Knowledge) -> Finder:
    """The finder where no encoder can be had."""
    return Finder(knowledge, None)
