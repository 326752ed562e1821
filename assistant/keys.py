"""Keys (口令): what a link or a cookie carries; of each only the digest is kept, so who reads the database can use none."""

from __future__ import annotations

import hashlib
import secrets


def new_key() -> str:
    """A key of 256 random bits, 43 characters for an address."""
    return secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """What is kept of a key; whatever somebody sends instead of one has a digest too."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
