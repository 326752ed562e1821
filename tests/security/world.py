"""Something behind every address: a checklist, a case with a scan and a notice, links, a code; named as an attacker would."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.deps import cases_of
from assistant.cases.links import DepartmentLinks
from assistant.cases.states import State
from assistant.desk.fact_checks import FactChecks
from assistant.forms.fill import FOLDER
from assistant.settings import ROOT, Settings
from assistant.staff.roles import Role
from tests.cases.builders import CODE, LI, complete, moved
from tests.desk.builders import ACTS
from tests.desk.pages import send
from tests.knowledge.conftest import FILES, Folder
from tests.security.ways import ALL_OPEN
from tests.staff.builders import browser, csrf, field

PAYLOADS = (  # each stands on paper and on pages as it was typed
    "{{7*7}}{%if 1%}${7*7}<%=7*7%>",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    '#read("/etc/passwd") #eval("7*7") $x$ *b* _i_ @ref <label> \\u{41}',
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "</w:t></w:r><w:p/>&#x3c;b&#x3e; &amp;lt; ]]>",
    '=HYPERLINK("http://evil.example","点我")',
)
DEPARTMENT = "wenlvju"
CONVERSATION = "somebody-who-asks"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
FACTS = {
    "enterprise_type": "gongsi",
    "place": "shilixian",
    "licences": ["geting", "wangba"],
    "whole_or_licence_only": "whole",
    "proxy": "proxy",
}


def service(folder: Path) -> FastAPI:
    """The service as `api.app` assembles it over a small folder with the city's forms, without an encoder and without Rasa."""
    knowledge = Folder(folder / "knowledge")
    knowledge.write("acts.yaml", ACTS)
    knowledge.change("guides/wangba.yaml", "步骤:", "材料:\n  - {共用: shenqingshu}\n步骤:")
    shutil.copytree(ROOT / "knowledge" / FOLDER, knowledge.root / FOLDER)
    told = {"encoder": "none", "rasa_port": 1, "demo": True, "limits": False, "data": folder / "var"}
    return create_app(Settings(knowledge=knowledge.root, **told, **ALL_OPEN))


@dataclass(frozen=True)
class World:
    """What the tests walk through."""

    token: str
    case: str
    scan: str
    notice: str
    fact_key: str
    result_key: str

    @property
    def places(self) -> dict[str, str]:
        """What stands for the names in the paths of pages and papers."""
        return {
            "token": self.token,
            "number": self.case,
            "scan": self.scan,
            "notice": self.notice,
            "enterprise": "1",
            "guide_id": "geting",
            "department": DEPARTMENT,
            "own": DEPARTMENT,
            "about": "geting",
            "path": "guides/geting.yaml",
            "show": "guide.geting",
            "conversation_id": CONVERSATION,
        }


def sent(client: TestClient, path: str, seen: str = "/staff", /, files: Any = None, **told: Any) -> Any:
    """A form sent as its page would send it, in the version of the case that its page shows."""
    page = client.get(seen).text
    version = {"version": field(page, "version")} if 'name="version"' in page else {}
    return client.post(path, data={"csrf": csrf(client), **version, **told}, files=files)


def a_case(clerk: TestClient, enterprise: str, /, **facts: Any) -> str:
    """A case taken in at the counter: its number."""
    told = {"enterprise": enterprise, "items": "网吧许可", "kind": "gongsi", "region": "示例县", **facts}
    answer = sent(clerk, "/staff/intake", **told)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("#")[0].rpartition("/")[2])


def a_notice(clerk: TestClient, case: str, words: str) -> str:
    """A notice (一次性告知书) in these words: its id."""
    page = clerk.get(f"/staff/cases/{case}/notice").text
    entries = re.findall(r'name="entry" value="(\d+)"', page)
    told = {"entry": entries, "name-0": words[:100], "words-also-0": words}
    answer = sent(clerk, f"/staff/cases/{case}/notice", f"/staff/cases/{case}", **told)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def a_scan(clerk: TestClient, case: str, content: bytes = PNG, name: str = "a.png", media: str = "image/png") -> Any:
    """The answer to a scan sent for the first material of a case."""
    page = clerk.get(f"/staff/cases/{case}").text
    material = re.search(r'<select name="material"><option value="(\d+)"', page)
    assert material
    return sent(
        clerk,
        f"/staff/cases/{case}/scans",
        f"/staff/cases/{case}",
        files={"scan": (name, content, media)},
        material=material[1],
    )


def world_of(app: FastAPI, clients: dict[Role, TestClient]) -> World:
    """All of it, made through the pages."""
    clerk = clients[Role.CLERK]
    person = browser(app)
    token = person.post("/api/checklists", json=FACTS).json()["token"]
    contact = {"name": PAYLOADS[3][:60], "phone": "13800138000", "address": PAYLOADS[0], "consent": "1"}
    case = a_case(clerk, PAYLOADS[0], uscc=CODE, **contact)
    assert a_scan(clerk, case).status_code == 303
    scan = re.search(r"/staff/scans/([0-9a-f]{32})", clerk.get(f"/staff/cases/{case}").text)
    assert scan
    notice = a_notice(clerk, case, PAYLOADS[2])
    person.post("/message", data={"words": PAYLOADS[3], "phone": "13800138000", "consent": "1"})
    person.post("/wrong", data={"guide": "geting", "fact": "收费", "fault": "other", "words": PAYLOADS[3]})
    person.post("/api/chat", json={"conversation_id": CONVERSATION, "text": f"{PAYLOADS[3]}咋退"})
    _draft(clients[Role.EDITOR])
    checks = FactChecks(app.state.service.checklists.engine)
    return World(token, case, scan[1], notice, checks.make(DEPARTMENT, by="editor"), _handed_over(app, clerk))


def _draft(editor: TestClient) -> None:
    """A draft of a guide whose words look like code, for a second pair of eyes."""
    path = "/editors/edit/guides/geting.yaml"
    text = FILES["guides/geting.yaml"].replace("歌厅不干了。", json.dumps(PAYLOADS[3]))
    assert send(editor, path, text=text, do="propose", reason=PAYLOADS[3]).status_code == 303


def _handed_over(app: FastAPI, clerk: TestClient) -> str:
    """The key of a link for a department, to a case of the same enterprise that it has in hand."""
    store = cases_of(app.state.service)
    case = complete(store, store.find(a_case(clerk, PAYLOADS[0], uscc=CODE)))
    case = moved(store, case, State.REVIEWING, State.SUBMITTED)
    return DepartmentLinks(store).make(case.number, case.version, str(case.entries[0].department), by=LI)
