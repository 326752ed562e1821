"""So many tries and no more, counted for all web processes together."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from assistant.attempts import ADDRESS, Attempts, Limit, StoredAttempt, TooMany
from assistant.db import connected, now
from tests import databases

THREE = Limit("three", 3, dt.timedelta(minutes=15), "够了")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An empty database."""
    return databases.begun(tmp_path / "a.db")


def test_one_too_many_is_refused_with_when_to_come_back(engine: Engine) -> None:
    """The limit holds for one person, and the refusal says how long it lasts."""
    attempts = Attempts(engine)
    for _ in range(3):
        attempts.count(THREE, "me")
    with pytest.raises(TooMany, match="够了") as refused:
        attempts.count(THREE, "me")
    assert refused.value.wait == 900
    attempts.count(THREE, "you")


def test_processes_count_together(engine: Engine, tmp_path: Path) -> None:
    """What another process counted in the same database counts here."""
    for one in (Attempts(engine), Attempts(connected(f"sqlite:///{tmp_path}/a.db")), Attempts(engine)):
        one.count(THREE, "me")
    with pytest.raises(TooMany):
        Attempts(connected(f"sqlite:///{tmp_path}/a.db")).count(THREE, "me")


def test_whoever_had_enough_stops_the_attempt(engine: Engine) -> None:
    """An attempt that counts for two people needs room with both, and leaves no trace where one has none."""
    attempts = Attempts(engine)
    for number in range(3):
        attempts.count(THREE, "me", f"talk {number}")
    with pytest.raises(TooMany):
        attempts.count(THREE, "me", "fresh talk")
    for number in range(3):
        attempts.count(THREE, "you", "fresh talk" if number else "another")


def test_hall_behind_one_address_has_room(engine: Engine) -> None:
    """Twenty people of one address each have what a person has; the address has what a hall has, and no more."""
    attempts = Attempts(engine)
    hall = Limit("hall", 3, dt.timedelta(minutes=15), "够了", address=12)
    for number in range(12):
        attempts.count(hall, f"{ADDRESS}203.0.113.7", f"talk:{number}")
    with pytest.raises(TooMany):
        attempts.count(hall, f"{ADDRESS}203.0.113.7", "talk:fresh")
    for _ in range(3):
        attempts.count(hall, f"{ADDRESS}198.51.100.1", "talk:me")
    with pytest.raises(TooMany):
        attempts.count(hall, f"{ADDRESS}198.51.100.1", "talk:me")


def test_right_attempt_is_taken_back_and_no_other(engine: Engine) -> None:
    """Being right once does not wipe out the wrong tries before."""
    attempts = Attempts(engine)
    attempts.count(THREE, "me")
    attempts.count(THREE, "me")
    for _ in range(5):
        attempts.take_back(attempts.count(THREE, "me"))
    attempts.count(THREE, "me")
    with pytest.raises(TooMany):
        attempts.count(THREE, "me")


def test_time_heals(engine: Engine) -> None:
    """Attempts outlive their time neither in the count nor in the database."""
    attempts = Attempts(engine)
    for _ in range(3):
        attempts.count(THREE, "me")
    with Session(engine) as session, session.begin():
        session.execute(update(StoredAttempt).values(at=now() - dt.timedelta(minutes=16)))
    attempts.count(THREE, "me")
    with Session(engine) as session:
        assert len(session.scalars(select(StoredAttempt)).all()) == 1


def test_nobody_can_be_read_from_the_database(engine: Engine) -> None:
    """The address is stored as a digest only."""
    Attempts(engine).count(THREE, "203.0.113.9")
    with Session(engine) as session:
        assert len(session.scalars(select(StoredAttempt)).one().who) == 32


def test_demonstration_counts_nothing(engine: Engine) -> None:
    """Switched off, everything may be tried as often as one likes."""
    attempts = Attempts(engine, counting=False)
    for _ in range(9):
        assert attempts.count(THREE, "me") == ()
