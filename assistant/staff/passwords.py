"""Passwords: hashed with argon2, given once, then chosen by whoever has to remember them."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.text import folded

SHORTEST, LONGEST = 8, 128
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read wrongly from paper
_COMMON = frozenset(
    {"12345678", "123456789", "1234567890", "87654321", "password", "passw0rd", "qwertyui", "qwer1234", "1qaz2wsx"}
    | {"abcd1234", "a1234567", "a12345678", "aa123456", "admin123", "iloveyou", "woaini520", "5201314a", "12345abc"}
    | {"abc12345", "qazwsxedc", "asdfghjk", "1q2w3e4r", "zhuxiao123", "daoban123"}
)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # what OWASP asks for at least
_ROOM = threading.BoundedSemaphore(2)  # each takes 19 MiB and a core; whoever is third waits some milliseconds


def hashed(password: str) -> str:
    """What is stored of a password."""
    with _ROOM:
        return _HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether this is the password."""
    with _ROOM:
        try:
            return _HASHER.verify(stored, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def first_password() -> str:
    """A password to begin with: three groups of four, 59 bits, easy to read aloud."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def fault(password: str, name: str) -> str | None:
    """Why a password should not be chosen, in a sentence; None where it may."""
    plain = folded(password)
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 位，短了容易被猜中。几个词的拼音连起来最好记。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 位。"
    if plain in _COMMON or len(set(plain)) < 4:
        return "这个密码太常见，容易被猜中。换几个词的拼音连起来试试。"
    if name and name in plain:
        return "密码里不要带登录名。"
    return None
