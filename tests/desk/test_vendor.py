"""What was bundled from npm is what its manifest says, runs where office machines are, and needs no eval."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from assistant.settings import ROOT

BUNDLED = ROOT / "api" / "static" / "vendor"
SOURCE = ROOT / "setup" / "vendor"
MANIFEST = json.loads((BUNDLED / "manifest.json").read_text("utf-8"))


def sha256(path: str) -> str:
    """The digest of a file, from the root."""
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def test_bundle_is_what_the_manifest_says() -> None:
    """Every file beside the manifest has the digest in it, and was made from the entry and the lock that are here."""
    there = {path.name for path in BUNDLED.iterdir()} - {"manifest.json"}
    assert {name: sha256(f"api/static/vendor/{name}") for name in there} == MANIFEST["files"]
    assert MANIFEST["entry"] == sha256("setup/vendor/editor.js")
    assert MANIFEST["lock"] == sha256("setup/vendor/package-lock.json")


def test_bundle_is_made_of_what_is_locked() -> None:
    """The versions in the manifest are those of the lock, each with the digest of its archive; no place is named."""
    lock = json.loads((SOURCE / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in MANIFEST["packages"].items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-")
    assert not any("resolved" in package for package in lock.values())
    wanted = json.loads((SOURCE / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"[\d.]+", one) for one in {**wanted["dependencies"], **wanted["devDependencies"]}.values())


@pytest.mark.parametrize("path", ["vendor/codemirror.js", "editors.js"])
@pytest.mark.parametrize("newer", [r"\?\.(?!\d)", r"\?\?", r"\beval\(", r"new Function", r"\.at\(", r"\.replaceAll\("])
def test_scripts_of_the_desk_run_in_chromium_78(path: str, newer: str) -> None:
    """Nothing newer than ES2018, and nothing that a strict Content-Security-Policy forbids."""
    found = re.search(newer, (BUNDLED.parent / path).read_text("utf-8"))
    assert found is None, found


def test_bundle_brings_the_licences() -> None:
    """The licence of each package goes along."""
    told = (BUNDLED / "codemirror.LICENSE.txt").read_text("utf-8")
    assert all(f"{name} {version} (MIT)" in told for name, version in MANIFEST["packages"].items())
