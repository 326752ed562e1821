"""What people type, and what must be found: on the real knowledge, with the shipped encoder."""

import json

import pytest

from assistant.retrieval.answer import Verdict
from assistant.retrieval.entries import Kind
from assistant.retrieval.explain import explanation
from assistant.retrieval.finder import Finder
from assistant.retrieval.mentions import Standing


@pytest.mark.parametrize("which", ["finder", "plain_finder"])
def test_official_names_find_themselves(which: str, request: pytest.FixtureRequest) -> None:
    """Near names never swap: an item's own name leads to it, a certificate's to an item that has it."""
    finder: Finder = request.getfixturevalue(which)
    swapped = []
    shared: dict[str, set[str]] = {}
    for item in finder.knowledge.items.values():
        shared.setdefault(item.certificate or item.name, set()).add(item.id)
    for item in finder.knowledge.items.values():
        if finder.rank(item.name, 1)[0].id != item.id:
            swapped.append(item.name)
        paper = item.certificate or item.name
        grouped = finder.find(paper + "怎么注销").verdict is Verdict.CHOOSE
        if len(shared[paper]) == 1 and not grouped and finder.rank(paper, 1)[0].id != item.id:
            swapped.append(paper)
    assert swapped == []


@pytest.mark.parametrize(
    ("text", "guide"),
    [
        ("烟草专卖零售许可证怎么注销", "yancao-lingshou-xuke"),
        ("烟操专卖零售许可正住销要啥", "yancao-lingshou-xuke"),  # homophones
        ("yancao zhuanmai lingshou xukezheng zenme zhuxiao", "yancao-lingshou-xuke"),
        ("spjyxkz怎么注销", "shipin-jingying-xuke"),  # initials
        ("食品經營許可證怎麼註銷", "shipin-jingying-xuke"),  # traditional characters
        ("ＳＰＪＹＸＫＺ 注销", "shipin-jingying-xuke"),  # full width
        ("食品经菅许可证注销", "shipin-jingying-xuke"),  # a look-alike
        ("兽药经营许可证不要了", "shouyao-jingying-xuke"),
        ("导游证不干了退哪", "daoyouzheng-hefa"),
        ("排污许可证在哪注销", "paiwu-xukezheng"),
    ],
)
def test_a_licence_is_found_however_it_is_typed(finder: Finder, text: str, guide: str) -> None:
    """Wrong characters, pinyin, initials, other scripts."""
    answer = finder.find(text)
    assert (answer.verdict, answer.hits[0].id) == (Verdict.ANSWER, guide), answer.reason


@pytest.mark.parametrize(
    ("text", "name", "standing"),
    [
        ("我没有烟草证", "烟草证", Standing.DENIED),
        ("烟草证早就退了", "烟草证", Standing.GONE),
        ("烟草证去年注销了", "烟草证", Standing.GONE),
        ("导游证我先留着", "导游证", Standing.KEPT),
        ("我还没注销烟草证", "烟草证", Standing.HELD),
        ("烟草证怎么注销", "烟草证", Standing.HELD),
    ],
)
def test_what_is_said_of_a_licence(finder: Finder, text: str, name: str, standing: Standing) -> None:
    """Denied, gone, kept, or simply named."""
    found = {mention.text: mention.standing for mention in finder.witness.mentions.find(text)}
    assert found[name] is standing


def test_a_licence_that_is_gone_does_not_hide_the_other(finder: Finder) -> None:
    """What was given back already is not answered."""
    answer = finder.find("烟草证早就退了，导游证怎么注销")
    assert (answer.verdict, [hit.id for hit in answer.hits]) == (Verdict.ANSWER, ["daoyouzheng-hefa"])


def test_every_group_word_asks_and_its_options_are_in_the_group(finder: Finder) -> None:
    """A word that means several leads to the question of its group."""
    silent = []
    for group in finder.knowledge.groups.values():
        members = {option.guide for option in group.options}
        for word in group.words:
            answer = finder.find(word + "怎么注销")
            if answer.verdict is not Verdict.CHOOSE or not {hit.id for hit in answer.hits} <= members:
                silent.append((word, answer.verdict.value, answer.reason))
    assert len(silent) <= 0.02 * sum(len(g.words) for g in finder.knowledge.groups.values()), silent


def test_a_sign_word_decides_instead_of_asking(finder: Finder) -> None:
    """A word that tells the members apart spares the question."""
    total, missed = 0, []
    for group in finder.knowledge.groups.values():
        for option in group.options:
            text = f"{option.signs[0]}的，{group.words[0]}注销要什么"
            answer = finder.find(text)
            total += 1
            if not (answer.verdict is Verdict.ANSWER and answer.hits[0].id == option.guide):
                missed.append((text, answer.verdict.value, [hit.name for hit in answer.hits[:2]]))
    assert len(missed) <= 0.12 * total, missed


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("导游证到期了怎么延续", "yanxu"),
        ("烟草证想变更地址", "biangeng"),
        ("新办一个烟草专卖零售许可证要什么材料", "xinban"),
        ("食品经营许可证改地址要交哪些表", "biangeng"),
    ],
)
def test_the_wrong_act_is_told(finder: Finder, text: str, act: str) -> None:
    """Renewing, changing, opening: not ours."""
    answer = finder.find(text)
    assert (answer.verdict, answer.act) == (Verdict.WRONG_ACT, act), answer.reason


def test_our_act_wins_where_both_are_said(finder: Finder) -> None:
    """Cancelling beats another act beside it."""
    answer = finder.find("烟草证不续了，怎么注销")
    assert (answer.verdict, answer.hits[0].id) == (Verdict.ANSWER, "yancao-lingshou-xuke")


def test_several_are_answered_in_the_order_said(finder: Finder) -> None:
    """Two licences in one question."""
    answer = finder.find("导游证和兽药经营许可证怎么注销")
    assert answer.verdict is Verdict.ANSWER
    assert [hit.id for hit in answer.hits] == ["daoyouzheng-hefa", "shouyao-jingying-xuke"]


def test_a_shared_word_means_what_is_left_beside_a_plainer_name(finder: Finder) -> None:
    """Of a 卫生证 and a 食品证 side by side the first is not the second."""
    answer = finder.find("游泳馆的高危证、卫生证和里面小超市的食品证，注销收不收费，几天")
    assert [hit.id for hit in answer.hits] == [
        "gaowei-tiyu-jingying",
        "gonggong-changsuo-weisheng-xuke",
        "shipin-jingying-xuke",
    ]


@pytest.mark.parametrize("text", ["疫情没躲过去，饭店黄了，食品证咋退", "照着描述看，我这是食品经营许可证，咋注销"])
def test_words_like_those_of_a_forger_are_no_forgery(finder: Finder, text: str) -> None:
    """Who went under in a bad year, or reads off a description, is not told that nobody helps with that."""
    answer = finder.find(text)
    assert (answer.verdict, answer.hits[0].id) == (Verdict.ANSWER, "shipin-jingying-xuke")


@pytest.mark.parametrize(
    "text",
    ["店里放假公章锁柜里了，注销咋办", "幼儿园放寒假，证明咋开，要注销", "清算报告要编一份，里头写啥"],
)
def test_holidays_and_reports_are_no_forgery(finder: Finder, text: str) -> None:
    """A character of one word and the next one's do not make 假公章, nor does who writes a report make one up."""
    assert finder.find(text).verdict is not Verdict.REDIRECT


@pytest.mark.parametrize("text", ["哪能刻个假公章，注销好用", "帮我编一份清算报告，数随便填"])
def test_forgery_is_refused_whatever_name_stands_around_it(finder: Finder, text: str) -> None:
    """A longer name that begins within the word for it (公章注销) does not hide it."""
    answer = finder.find(text)
    assert (answer.verdict, answer.hits[0].id) == (Verdict.REDIRECT, "weifa")


def test_words_that_mean_several_are_asked_about_though_a_guide_is_called_so_too(finder: Finder) -> None:
    """A word that the editors say means several, and nothing else, is asked about; hardly one has but one likely meaning."""
    words = [word for group in finder.knowledge.groups.values() for word in group.words]
    answered = [word for word in words if finder.find(word).verdict is Verdict.ANSWER]
    assert len(answered) <= len(words) / 50, answered


def test_two_papers_and_no_word_of_another_act_are_answered_both(finder: Finder) -> None:
    """What sounds like another act without any word for one does not keep two named papers from being answered."""
    answer = finder.find("人力资源公司同时有派遣证和人力证，能一次交两份材料吗")
    assert {hit.id for hit in answer.hits} == {"laowu-paiqian-xuke", "renli-ziyuan-fuwu-xuke"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("律师证怎么注销", Verdict.UNLISTED),
        ("快递业务经营许可证怎么注销", Verdict.UNLISTED),
        ("去哪换护照", Verdict.REDIRECT),
        ("结婚登记要带什么", Verdict.REDIRECT),
        ("低保停了两个月没人告诉我，管事儿的姓啥，手机多少", Verdict.REDIRECT),
        ("窗口人员的私人电话给我", Verdict.REDIRECT),
        ("我要注销", Verdict.NO_OBJECT),
        ("店关了，证怎么办", Verdict.NO_OBJECT),
        ("经营许可证怎么注销", Verdict.NO_OBJECT),
        ("！！？😀", Verdict.UNKNOWN),
        ("asdf qwer zxcv", Verdict.UNKNOWN),
    ],
)
def test_what_is_not_ours_and_what_says_too_little(finder: Finder, text: str, verdict: Verdict) -> None:
    """Unlisted things, other procedures, requests without an object, noise."""
    answer = finder.find(text)
    assert answer.verdict is verdict, (answer.reason, [hit.name for hit in answer.hits])


def test_progress_is_a_topic_of_its_own(finder: Finder) -> None:
    """How far a case has come."""
    assert finder.rank("我交的材料办到哪了", 1)[0].id == "banli-jindu"


@pytest.mark.parametrize("text", ["证" * 10_000, "烟草证怎么注销" * 1_500, "😀" * 500, "a" * 3_000, " \n\t", "\ud800"])
def test_no_text_is_too_much(finder: Finder, text: str) -> None:
    """Length and strange characters do no harm."""
    answer = finder.find(text)
    assert len(finder.rank(text, 5)) <= 5
    assert isinstance(answer.verdict, Verdict)


def test_an_editors_own_question_leads_to_the_editors_guide(finder: Finder) -> None:
    """An editor who adds a sample question sees it work."""
    elsewhere = [
        (text, name)
        for guide_id, guide in finder.knowledge.guides.items()
        for text, name in ((text, guide.name) for text in guide.samples)
        if guide_id not in {hit.id for hit in finder.rank(text, 1)}
    ]
    assert len(elsewhere) <= 0.002 * sum(len(guide.samples) for guide in finder.knowledge.guides.values()), elsewhere


def test_the_explanation_is_plain_data(finder: Finder) -> None:
    """What `daoban explain` prints."""
    told = explanation(finder, "烟草证早就退了，导游证怎么注销")
    assert json.loads(json.dumps(told, ensure_ascii=False)) == told
    assert told["verdict"] == "answer"
    assert told["hits"][0]["id"] == "daoyouzheng-hefa"
    assert told["hits"][0]["channels"]["mentioned"] == 1


def test_choices_are_guides_and_few(finder: Finder) -> None:
    """At most four, all of them guides."""
    answer = finder.find("我们单位那个手续")
    assert answer.verdict is not Verdict.ANSWER
    if answer.verdict is Verdict.CHOOSE and answer.group is None:
        assert len(answer.hits) <= 4
        assert all(hit.kind is not Kind.REDIRECT for hit in answer.hits)
