"""Names that look like code: on pages, on papers, in files they are words; no address leads out of its folder or to another site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.auth import onward
from assistant.staff.roles import Role
from tests.cases.pdf_text import pages
from tests.security.inline import inline
from tests.security.ways import AT_DESK, filled, ways
from tests.security.world import PAYLOADS, World, a_case, a_notice
from tests.staff.builders import PASSWORD, browser, desk_of, field, somebody
from tests.staff.test_door import MAY
from tests.wechat.builders import WeChat

RUN = ("root:", "uid=")  # what stands there where something was read or run
CLIMBING = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "..%5c..%5cwindows",
    "%2e%2e/%2e%2e/pyproject.toml",
    "....//....//etc/passwd",
    "/etc/passwd",
    "%00.yaml",
    "guides/../../../../../etc/passwd.yaml",
    "file:///etc/passwd",
    "a" * 3000,
    "%ff%fe",
    "%0d%0aSet-Cookie:%20a=b",
)
PLACES = ("department", "show", "kind", "path", "guide_id")
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/staff\\..\\evil",
    "javascript:alert(1)",
    "https:evil.example",
    "/%09/evil.example",
    "/staff\r\nLocation: https://evil.example",
    "/staff/..//evil.example",
    "?x=//evil.example",
    "/staff?next=https://evil.example",
)


def words_of_word(content: bytes) -> str:
    """All words of a Word file."""
    body = Document(io.BytesIO(content)).element.body
    return "".join(one.text or "" for one in body.iter() if one.tag.endswith("}t"))


def squeezed(text: str) -> str:
    """A text without the spaces that a line break takes away."""
    return "".join(text.split())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_on_papers_of_a_case_are_words(signed_in: dict[Role, TestClient], payload: str) -> None:
    """The receipt and the notice print the name and the words as they were typed, in PDF and in Word; nothing is run."""
    clerk = signed_in[Role.CLERK]
    case = a_case(clerk, payload)
    notice = a_notice(clerk, case, payload)
    for paper in ("receipt", f"notices/{notice}"):
        pdf = clerk.get(f"/staff/cases/{case}/{paper}.pdf").content
        word = clerk.get(f"/staff/cases/{case}/{paper}.docx").content
        for text in ("".join(pages(pdf)), words_of_word(word)):
            assert squeezed(payload) in squeezed(text)
            assert not [one for one in RUN if one in text]
    for page in (f"/staff/cases/{case}", f"/staff/cases/{case}/notices/{notice}", "/staff/cases"):
        assert inline(clerk.get(page).text) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_on_forms_of_a_checklist_are_words(person: TestClient, world: World, payload: str) -> None:
    """A form that a person fills in holds what was typed and nothing else."""
    forms = person.get(f"/c/{world.token}/forms").text
    assert "zhuxiao-shenqingshu" in forms or "jueyi" in forms
    form = "yici-biaodan" if "yici-biaodan" in forms else "jueyi"
    answer = person.post(f"/c/{world.token}/forms", data={"form": form, "answers": [payload[:80]] * 7})
    assert answer.status_code == 200
    text = words_of_word(answer.content)
    assert squeezed(payload[:80]) in squeezed(text)
    assert not [one for one in RUN if one in text]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_of_people_are_words_on_every_page(
    person: TestClient, signed_in: dict[Role, TestClient], payload: str
) -> None:
    """What is said, asked, left and reported comes back as words: to whoever typed it, to the window and to the editors."""
    answers = [person.post("/", data={"text": payload}), person.get("/"), person.get("/guides", params={"q": payload})]
    answers += [person.post("/say", data={"text": payload}), person.post("/form", data={"industry": payload})]
    answers += [person.post("/c/by-code", data={"code": payload}), person.post("/on", data={"code": payload})]
    answers += [person.post("/progress", data={"number": payload[:40], "last_four": payload[:4]})]
    answers += [person.get("/progress", params={"number": payload}), person.get("/on", params={"code": payload})]
    answers += [person.post("/message", data={"words": payload, "phone": payload})]
    answers += [person.post("/message", data={"words": payload})]
    answers += [person.post("/wrong", data={"guide": "geting", "fact": payload, "fault": payload, "words": payload})]
    answers += [person.get("/wrong", params={"guide": payload, "fact": payload})]
    for role, paths in {
        Role.CLERK: ("/staff", "/staff/messages", "/staff/reports", "/staff/intake", "/staff/find"),
        Role.EDITOR: ("/editors", "/editors/unanswered", "/editors/as-of"),
    }.items():
        answers += [signed_in[role].get(path, params={"q": payload, "code": payload}) for path in paths]
    for answer in answers:
        assert answer.status_code < 500, answer.url
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert inline(answer.text) == [], answer.url


def test_figures_for_a_spreadsheet_are_no_formulas(
    app: FastAPI, signed_in: dict[Role, TestClient], person: TestClient
) -> None:
    """A question that begins with an equals sign stands in an Excel file as text."""
    person.post("/", data={"text": PAYLOADS[5]})
    for client, path in (
        (signed_in[Role.HEAD], "/staff/report.xlsx"),
        (signed_in[Role.EDITOR], "/editors/unanswered/report.xlsx"),
        (signed_in[Role.EDITOR], "/editors/annexes/export.xlsx"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
            sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets
        assert not [one for sheet in sheets for one in ElementTree.fromstring(sheet).iter() if one.tag.endswith("}f")]
    answer = signed_in[Role.EDITOR].get("/editors/unanswered/report.csv")
    assert not [line for line in answer.text.splitlines() if line.lstrip('\ufeff"').startswith(("=", "+", "@"))]


def test_no_path_leads_out_of_its_folder(app: FastAPI, signed_in: dict[Role, TestClient]) -> None:
    """Every place in every path, filled with a way out: no fault, nothing of another folder, no header of the sender's."""
    person = browser(app, raise_server_exceptions=False)
    for method, path in ways(app):
        if "{" not in path:
            continue
        roles = (MAY | dict(AT_DESK)).get((method, path))
        client = signed_in[next(r for r in (Role.HEAD, *Role) if r in roles)] if roles else person
        for climbing in CLIMBING:
            answer = client.request(method, filled(path, climbing, **dict.fromkeys(PLACES, climbing)))
            assert answer.status_code < 500, (method, path, climbing)
            assert "root:" not in answer.text, path
            assert "[build-system]" not in answer.text, path
            assert "a=b" not in answer.headers.get("set-cookie", ""), path


@pytest.mark.parametrize("climbing", CLIMBING)
def test_static_files_are_those_of_the_folder(person: TestClient, climbing: str) -> None:
    """Nothing beside the static files is served as one."""
    assert person.get(f"/static/{climbing}").status_code in (404, 405)
    assert person.get(f"/static/../{climbing}").status_code in (303, 404, 405)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_parameter_leads_to_another_site(app: FastAPI, world: World, wanted: str) -> None:
    """Whatever a link or a form names as the next page, the browser stays here."""
    for location in locations(app, world, wanted):
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location
        assert "\r" not in location
        assert "\n" not in location


def locations(app: FastAPI, world: World, wanted: str) -> Iterator[str]:
    """Where every redirect leads that takes something from a request."""
    told = dict.fromkeys(("next", "code", "id", "region", "source", "link", "of", "entry", "way", "url", "to"), wanted)
    name = f"clerk{abs(hash(wanted)) % 10**8}"
    somebody(desk_of(app), Role.HEAD, name)
    client = browser(app)
    page = client.get("/staff/sign-in", params=told)
    csrf = field(page.text)
    answers = [client.post("/staff/sign-in", data={"csrf": csrf, "name": name, "password": PASSWORD, "next": wanted})]
    token = field(client.get("/staff").text)
    answers += [client.get("/staff/sign-in", params=told), client.get("/staff/unlock", params=told)]
    answers += [client.get("/editors/new", params={"id": wanted[:80]})]
    answers += [client.post("/staff/lock", data={"csrf": token, "next": wanted})]
    answers += [client.post("/staff/unlock", data={"csrf": token, "next": wanted, "password": PASSWORD})]
    answers += [client.get(f"/api/checklists/{world.token}"), client.get("/api/checklists/x.pdf")]
    answers += [client.post("/c/by-code", data=told), client.post("/on", data=told), client.get("/on", params=told)]
    answers += [
        client.post(f"/c/{world.token}/way", data=told),
        client.post("/", data=told),
        client.post("/new", data=told),
    ]
    answers += [browser(app).get("/staff/messages", params=told), browser(app).get("//evil.example/%2e%2e/staff")]
    return (one.headers["location"] for one in answers if "location" in one.headers)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_door_leads_to_pages_of_the_staff_only(wanted: str) -> None:
    """The page after signing in is one below /staff or /editors."""
    assert onward(wanted).startswith(("/staff", "/editors"))
    assert "evil" not in onward(wanted) or onward(wanted).startswith("/staff")


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>',
        '<xml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></xml>',
        "<xml>" * 5000,
        "\x00",
    ],
)
def test_xml_of_a_stranger_unfolds_nothing(app: FastAPI, person: TestClient, body: str) -> None:
    """Signed or not, a document with entities is not read: nothing of the machine comes back, and it is no fault."""
    channel = app.state.service.wechat
    assert channel
    signed = WeChat(channel.account).signed()
    for query in (signed, {}):
        answer = person.post("/wechat", params=query, content=body.encode())
        assert answer.status_code in (200, 403)
        assert "root:" not in answer.text


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=y", "a\nX: y", "\u2028x", "日本", "\x00", "a" * 5000])
def test_no_header_is_written_by_what_was_sent(person: TestClient, world: World, value: str) -> None:
    """Names of files, conversations and forms stay within their header, and no other comes of them."""
    answers = [
        person.post("/api/chat", json={"conversation_id": value[:100], "text": value}),
        person.get("/?big=1" + "&x=" + "%0d%0aX:y"),
        person.post("/c/by-code", data={"code": value}),
        person.get(f"/c/{world.token}.pdf", params={"big": value}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert "x" not in answer.headers
        assert "x=y" not in answer.headers.get("set-cookie", "")
