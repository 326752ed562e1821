import pytest

from tests.dialogue.stack import Stack, running


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The real stack, started once for the whole run."""
    return running()
