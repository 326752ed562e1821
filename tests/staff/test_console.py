"""The pages of the console, without JavaScript: look-up, cards, queues, people."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from assistant.checklist.profile import Profile
from assistant.issued import IssuedChecklists, code_of
from assistant.staff.roles import Role
from assistant.wrong_facts import Fact, WrongFacts
from tests.builders import COUNTY, REGISTRAR
from tests.staff.builders import MOBILE, PERSON, a_contact, at_work, browser, csrf, desk_of, field, sign_in, somebody

ATTACK = '<script>alert("1")</script>'
PHONE = "13900000001"
JSON = {"accept": "application/json"}


def a_checklist(app: FastAPI) -> str:
    """The token of somebody's checklist."""
    lists = app.state.service.checklists
    assert isinstance(lists, IssuedChecklists)
    token, _ = lists.issue(Profile(enterprise_type="geti", place=COUNTY, licences=("shipin",)))
    return token


def a_message(app: FastAPI, words: str = "食品证丢了，咋退", phone: str = PHONE, checklist: str | None = None) -> int:
    """The number of a message that somebody left."""
    left = app.state.service.messages.leave("a talk", words, phone, consent=True, checklist=checklist)
    return int(left.id)


def a_report(app: FastAPI, words: str = "没人接") -> int:
    """The number of a report that a fact is wrong."""
    reports = WrongFacts(app.state.service.checklists.engine)
    return reports.report(Fact("shipin", "食品经营许可证", "电话", "000", "示例县"), "unreachable", words).id


# --- look-up


def test_look_up_works_without_javascript(app: FastAPI) -> None:
    """What is typed and sent shows the list, and the card of the first line."""
    page = at_work(app).get("/staff", params={"q": "spjy"}).text
    assert 'data-show="guide.shipin" aria-current="true"' in page
    assert "<h1>食品经营许可证" in page


def test_list_is_json_for_programs_and_lines_for_our_script(app: FastAPI) -> None:
    """The same list in both shapes."""
    client = at_work(app)
    found = client.get("/staff/find", params={"q": "spjy"}, headers=JSON).json()["found"]
    assert [one["id"] for one in found] == ["shipin"]
    piece = client.get("/staff/find", params={"q": "spjy"}).text
    assert piece.count('class="line"') == 1
    assert "<html" not in piece


def test_card_has_what_the_public_sees_and_what_is_internal(app: FastAPI) -> None:
    """Materials as on the public page; besides them notes, and how many people there are to call."""
    at = desk_of(app)
    at.contacts.replace([a_contact()])
    client = at_work(app)
    client.post("/staff/notes", data={"csrf": csrf(client), "about": "guide.shipin", "text": "下午去快"})
    card = client.get("/staff", params={"show": "guide.shipin"}).text
    assert "注销申请书" in card
    assert "下午去快" in card
    assert "示例市市监局联系人 1 位" in card
    assert PERSON not in card
    assert MOBILE not in card
    assert "下午去快" not in client.get("/guides/shipin").text


def test_card_shows_the_window_of_the_clerks_county(app: FastAPI) -> None:
    """Who works in a county sees its window first, in the QR code, too; another one is a choice away."""
    client = at_work(app, region=COUNTY)
    card = client.get("/staff", params={"show": "guide.shipin"}).text
    assert "示例县代办服务专窗" in card
    assert f"/guides/shipin?region={COUNTY}" in card
    assert "示例县代办服务专窗" not in client.get("/staff", params={"show": "guide.shipin", "region": ""}).text


def test_ready_answer_is_short_and_says_what_is_open(app: FastAPI) -> None:
    """What is pasted into a message: what to bring, whom to call, where it stands in full, nothing internal."""
    client = at_work(app)
    client.post("/staff/notes", data={"csrf": csrf(client), "about": "guide.shipin", "text": "内部的话"})
    card = client.get("/staff/card/guide.shipin", headers={"X-Requested-With": "staff"}).text
    answer = card.split("data-words")[1].split(">", 1)[1].split("</textarea>")[0]
    assert "【食品经营许可证】怎么注销" in answer
    assert "要带：1. 注销申请书" in answer
    assert "（待核）" in answer
    assert "http://testserver/guides/shipin" in answer
    assert "内部的话" not in answer
    assert len(answer) < 600


@pytest.mark.parametrize("shape", ["code", "spaced", "token", "scanned"])
def test_checklist_is_found_by_code_and_by_scanner(app: FastAPI, shape: str) -> None:
    """Typed from paper, with its space, as a token, or as the address that a scanner types."""
    token = a_checklist(app)
    code = code_of(token)
    typed = {
        "code": code.upper(),
        "spaced": f"{code[:4]} {code[4:]}",
        "token": token,
        "scanned": f"https://daoban.example.cn/c/{token}",
    }[shape]
    client = at_work(app)
    found = client.get("/staff/find", params={"q": typed}, headers=JSON).json()["found"]
    assert found[0]["id"] == token
    page = client.get("/staff", params={"show": f"checklist.{token}"}).text
    assert "食品经营许可证" in page
    assert f"/c/{token}.pdf" in page


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.EDITOR, Role.ADMINISTRATOR])
def test_people_are_for_the_window_only(app: FastAPI, role: Role) -> None:
    """Who does not serve people finds neither their checklists nor their messages, nor opens them by address."""
    token, number = a_checklist(app), a_message(app)
    client = at_work(app, role)
    for typed in (token, code_of(token), "丢了", PHONE[-4:], str(number)):
        kinds = {one["kind"] for one in client.get("/staff/find", params={"q": typed}, headers=JSON).json()["found"]}
        assert kinds <= {"guide", "department"}
    for show in (f"checklist.{token}", f"message.{number}"):
        assert client.get("/staff", params={"show": show}).status_code == 404


@pytest.mark.parametrize(
    "show", ["guide.meiyou", "meiyou.1", "guide", "message.x", "message.99", "contact.1", "guide."]
)
def test_card_that_is_not_there_is_a_kind_404(app: FastAPI, show: str) -> None:
    """Whatever stands in the address, a sentence comes back, to scripts as JSON."""
    client = at_work(app)
    page = client.get("/staff", params={"show": show})
    assert page.status_code == 404
    assert "回到查一查" in page.text
    piece = client.get(f"/staff/card/{show}", headers={"X-Requested-With": "staff"})
    assert piece.status_code == 404
    assert piece.json()["error"]


def test_department_leads_to_its_items(app: FastAPI) -> None:
    """A department by name: its number, its licences, each a click away."""
    page = at_work(app).get("/staff", params={"q": "烟草专卖局"}).text
    assert "12313" in page
    assert 'data-open="guide.yancao"' in page


def test_hostile_words_stay_words(app: FastAPI) -> None:
    """Nothing that anybody typed, left or noted is ever markup."""
    token = a_checklist(app)
    number, report = a_message(app, f"{ATTACK} 怎么办", checklist=token), a_report(app, ATTACK)
    client = at_work(app)
    client.post("/staff/notes", data={"csrf": csrf(client), "about": "guide.shipin", "text": ATTACK})
    pages = (
        f"/staff?q={ATTACK}",
        f"/staff/find?q={ATTACK}",
        "/staff?show=guide.shipin",
        "/staff/messages",
        f"/staff/messages?show=message.{number}",
        f"/staff/reports?show=report.{report}",
        f"/staff?show={ATTACK}",
        f"/staff?show=guide.shipin&region={ATTACK}",
    )
    for path in pages:
        assert ATTACK not in client.get(path).text, path


# --- who looked


def test_reading_a_telephone_is_noted_and_a_list_shows_none(app: FastAPI) -> None:
    """The queue covers telephones and leaves no line; opening a message shows it and does."""
    number = a_message(app)
    client = at_work(app)
    at = desk_of(app)
    assert PHONE not in client.get("/staff/messages").text
    assert PHONE not in client.get("/staff/find", params={"q": "丢了"}).text
    assert PHONE not in client.get("/staff", params={"q": "丢了"}).text
    assert at.audit.latest(what="message_read") == []
    assert PHONE in client.get("/staff/messages", params={"show": f"message.{number}"}).text
    (deed,) = at.audit.latest(what="message_read")
    assert (deed.who, deed.about) == ("clerk", str(number))


def test_log_holds_nothing_personal(app: FastAPI) -> None:
    """After a day's work neither a telephone nor the words of a person stand in the log."""
    number = a_message(app)
    at = desk_of(app)
    at.contacts.replace([a_contact()])
    client = at_work(app)
    client.get("/staff/messages", params={"show": f"message.{number}"})
    client.get(f"/staff/contacts/{REGISTRAR}")
    client.get("/staff", params={"show": f"contact.{at.contacts.all()[0].id}"})
    client.post(f"/staff/messages/{number}", data={"csrf": csrf(client), "done": "true"})
    lines = " ".join(f"{one.who} {one.what} {one.about}" for one in at.audit.latest())
    assert len(at.audit.latest()) == 5
    assert not any(personal in lines for personal in (PHONE, MOBILE, PERSON, "丢了"))


def test_contacts_are_read_on_purpose_and_noted(app: FastAPI) -> None:
    """Name and number of somebody to call are one step away from the card, and who takes it is noted."""
    at = desk_of(app)
    at.contacts.replace([a_contact()])
    client = at_work(app)
    found = client.get("/staff/find", params={"q": PERSON}, headers=JSON).json()["found"]
    assert [one["kind"] for one in found] == ["contact"]
    assert MOBILE not in str(found)
    assert MOBILE in client.get(f"/staff/contacts/{REGISTRAR}").text
    assert MOBILE in client.get("/staff", params={"show": f"contact.{found[0]['id']}"}).text
    assert len(at.audit.latest(what="contacts_read")) == 2


def test_department_sees_its_own_contacts_only(app: FastAPI) -> None:
    """Somebody of the tobacco office does not read who sits in another one."""
    at = desk_of(app)
    at.contacts.replace([a_contact(), a_contact(department="yancaoju", name="示例乙")])
    client = at_work(app, Role.DEPARTMENT, department="yancaoju")
    assert "示例乙" in client.get("/staff/contacts/yancaoju").text
    assert client.get(f"/staff/contacts/{REGISTRAR}").status_code == 404
    assert client.get("/staff/find", params={"q": PERSON}, headers=JSON).json()["found"] == []
    first = at.contacts.of(REGISTRAR)[0]
    assert client.get("/staff", params={"show": f"contact.{first.id}"}).status_code == 404
    assert "联系人 1 位" not in client.get("/staff", params={"show": f"department.{REGISTRAR}"}).text


def test_erased_contact_is_gone(app: FastAPI) -> None:
    """Who looks after the lists erases somebody; the log says that, not whom."""
    at = desk_of(app)
    at.contacts.replace([a_contact()])
    client = at_work(app, Role.HEAD)
    client.post(f"/staff/contacts/{at.contacts.all()[0].id}/erase", data={"csrf": csrf(client)})
    assert at.contacts.all() == []
    assert PERSON not in at.audit.latest(what="contact_erase")[0].about


# --- queues and notes


def test_message_goes_from_waiting_to_done_and_back(app: FastAPI) -> None:
    """One press, and the next one is there; the other half says who did it."""
    number = a_message(app)
    client = at_work(app)
    assert "<em>" in client.get("/staff").text
    told = {"csrf": csrf(client), "done": "true"}
    assert client.post(f"/staff/messages/{number}", data=told).headers["location"] == "/staff/messages"
    assert "都办完了" in client.get("/staff/messages").text
    assert "<em>" not in client.get("/staff").text
    done = client.get("/staff/messages", params={"done": "true", "show": f"message.{number}"}).text
    assert "clerk ·" in done
    client.post(f"/staff/messages/{number}", data=told | {"done": "false"})
    assert "丢了" in client.get("/staff/messages").text


def test_message_says_what_it_may_be_about(app: FastAPI) -> None:
    """The guide that the words speak of is a click away, the person's checklist too."""
    token = a_checklist(app)
    number = a_message(app, "食品证", checklist=token)
    page = at_work(app).get("/staff/messages", params={"show": f"message.{number}"}).text
    assert "像是在问" in page
    assert f"show=checklist.{token}" in page


def test_report_is_checked_by_an_editor(app: FastAPI) -> None:
    """Who keeps the knowledge works through what people say is wrong."""
    number = a_report(app)
    client = at_work(app, Role.EDITOR)
    page = client.get("/staff/reports", params={"show": f"report.{number}"}).text
    assert "没人接" in page
    client.post(f"/staff/reports/{number}", data={"csrf": csrf(client), "done": "true"})
    assert "都办完了" in client.get("/staff/reports").text


def test_queue_shows_only_its_own_kind(app: FastAPI) -> None:
    """An address that asks the queue of reports for a message is refused: an editor reads none that way."""
    number = a_message(app)
    client = at_work(app, Role.EDITOR)
    assert client.get("/staff/reports", params={"show": f"message.{number}"}).status_code == 404


def test_note_is_erased_by_its_writer_and_by_the_head(app: FastAPI) -> None:
    """Nobody takes away what another one noted, but who looks after them all."""
    writer, other = at_work(app), at_work(app, Role.EDITOR)
    for text in ("一", "二"):
        writer.post("/staff/notes", data={"csrf": csrf(writer), "about": "guide.shipin", "text": text})
    assert other.post("/staff/notes/1/erase", data={"csrf": csrf(other)}).status_code == 403
    writer.post("/staff/notes/1/erase", data={"csrf": csrf(writer)})
    head = at_work(app, Role.HEAD)
    head.post("/staff/notes/2/erase", data={"csrf": csrf(head)})
    assert desk_of(app).notes.about("guide.shipin") == []


@pytest.mark.parametrize(("about", "text", "status"), [("guide.shipin", "", 422), ("guide.shipin", "长" * 301, 422),
                                                       ("guide.meiyou", "x", 404), ("message.1", "x", 404)])  # fmt: skip
def test_note_that_will_not_do_is_refused(app: FastAPI, about: str, text: str, status: int) -> None:
    """An empty one, a long one, one beside nothing."""
    client = at_work(app)
    answer = client.post("/staff/notes", data={"csrf": csrf(client), "about": about, "text": text})
    assert answer.status_code == status


# --- accounts


def test_administrator_adds_somebody_who_chooses_a_password(app: FastAPI) -> None:
    """The first password is shown once; with it one gets to choosing one's own, and then to work."""
    administrator = at_work(app, Role.ADMINISTRATOR)
    told = {"csrf": csrf(administrator), "name": "xin", "role": "clerk", "region": COUNTY, "shown": "新来的"}
    page = administrator.post("/staff/accounts", data=told).text
    first = page.split('class="first-word"')[1].split(">", 1)[1].split("<")[0]
    assert first not in administrator.get("/staff/accounts").text
    newcomer = browser(app)
    leads = sign_in(newcomer, "xin", first).headers["location"]
    token = field(newcomer.get(leads).text)
    chosen = {"csrf": token, "old": first, "new": "zhuanmen-huan-9", "again": "zhuanmen-huan-9"}
    assert newcomer.post("/staff/password", data=chosen).headers["location"] == "/staff"
    assert "新来的，您好" in newcomer.get("/staff").text


@pytest.mark.parametrize(
    "told",
    [{"name": "administrator", "role": "clerk"}, {"name": "bu", "role": "department"}, {"name": "<b>", "role": "clerk"},
     {"name": "xin", "role": "clerk", "region": "meiyou"}, {"name": "xin", "role": "department", "department": "meiyou"}],
)  # fmt: skip
def test_account_that_will_not_do_keeps_what_was_filled_in(app: FastAPI, told: dict[str, str]) -> None:
    """A sentence, and the form as it was."""
    client = at_work(app, Role.ADMINISTRATOR)
    answer = client.post("/staff/accounts", data={"csrf": csrf(client), "shown": "留着我", **told})
    assert answer.status_code == 422
    assert 'value="留着我"' in answer.text
    assert len(desk_of(app).accounts.all()) == 1


def test_unknown_role_is_refused(app: FastAPI) -> None:
    """A form that nobody of ours made makes no account."""
    client = at_work(app, Role.ADMINISTRATOR)
    told = {"csrf": csrf(client), "name": "xin", "role": "king"}
    assert client.post("/staff/accounts", data=told).status_code == 422


def test_administrator_resets_switches_and_places(app: FastAPI) -> None:
    """Each holds at once for who is signed in, and stands in the log."""
    at = desk_of(app)
    clerk, administrator = at_work(app), at_work(app, Role.ADMINISTRATOR)
    token = {"csrf": csrf(administrator)}
    administrator.post("/staff/accounts/clerk/place", data=token | {"role": "editor"})
    assert clerk.get("/staff/messages").status_code == 403
    administrator.post("/staff/accounts/clerk/switch", data=token | {"on": "false"})
    assert clerk.get("/staff").status_code == 303
    administrator.post("/staff/accounts/clerk/switch", data=token | {"on": "true"})
    assert "首次密码" in administrator.post("/staff/accounts/clerk/reset", data=token).text
    done = [one.what for one in reversed(at.audit.latest(who="administrator"))]
    assert done == ["sign_in", "account_place", "account_off", "account_on", "account_reset"]


def test_last_administrator_is_told_why_not(app: FastAPI) -> None:
    """Who would lock everybody out is told so."""
    client = at_work(app, Role.ADMINISTRATOR)
    told = {"csrf": csrf(client), "on": "false"}
    answer = client.post("/staff/accounts/administrator/switch", data=told)
    assert (answer.status_code, "最后一个" in answer.text) == (422, True)


def test_log_is_read_and_checked(app: FastAPI) -> None:
    """Who, what, which; and whether anybody touched it."""
    somebody(desk_of(app))
    page = at_work(app, Role.ADMINISTRATOR).get("/staff/log", params={"check": "true"}).text
    assert "一条一条都对得上" in page
    assert "登录" in page
