"""The samples for a server agree with the program and with each other."""

from __future__ import annotations

import configparser
import re
from dataclasses import fields

import pytest
import yaml

from assistant.cases.scans import LARGEST
from assistant.settings import ROOT, Settings
from assistant.supervisor import LOOPBACK

DEPLOY = ROOT / "deploy"
NAMES = {f"DAOBAN_{one.name.upper()}" for one in fields(Settings)}


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd."""
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(DEPLOY / name, "utf-8")
    return read


@pytest.mark.parametrize("name", ["daoban.env.example", "daoban.service", "daoban-backup.service"])
def test_settings_in_the_samples_exist(name: str) -> None:
    """No sample sets what nobody reads."""
    told = set(re.findall(r"\b(DAOBAN_[A-Z_]+)=", (DEPLOY / name).read_text("utf-8")))
    assert told
    assert told <= NAMES


def test_backup_is_of_what_the_service_uses() -> None:
    """Both units mean the same folders and the same settings, by the same user."""
    service, backup = unit("daoban.service")["Service"], unit("daoban-backup.service")["Service"]
    for key in ("User", "WorkingDirectory", "Environment", "EnvironmentFile"):
        assert service[key] == backup[key], key
    assert " backup " in backup["ExecStart"]


def test_nginx_leads_to_where_the_service_listens() -> None:
    """The default address, a body as large as a scan, and nothing of the inside for the outside."""
    told = (DEPLOY / "nginx.conf.example").read_text("utf-8")
    assert f"server {LOOPBACK}:{Settings().port};" in told
    [largest] = re.findall(r"client_max_body_size (\d+)m;", told)
    assert int(largest) * 1024 * 1024 > LARGEST
    [closed] = re.findall(r"location ~ (\S+) \{\n\s+return 404;", told)
    for path in ("/internal/actions/x", "/metrics", "/readyz"):
        assert re.search(closed, path), path
    assert not re.search(closed, "/healthz")


def test_address_of_a_checklist_is_not_logged_by_nginx() -> None:
    """Who reads the access log cannot open what only its people may."""
    [kept_out] = re.findall(r"~(\^/\(\?<room>\S+) ", (DEPLOY / "nginx.conf.example").read_text("utf-8"))
    pattern = re.compile(kept_out.replace("?<", "?P<"))
    for path in ("/c/abcdefghjkmn", "/c/abcdefghjkmn.pdf", "/f/key", "/staff/result/key"):
        assert pattern.match(path), path
    assert not pattern.match("/guides/shipin")


def test_compose_file_says_that_it_is_untried() -> None:
    """It can be read, and its first line says that nobody has run it."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert text.startswith("# 没有试过")
    assert set(yaml.safe_load(text)["services"]) == {"daoban", "database"}
