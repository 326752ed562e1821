"""What holds for every guide: sourced, plain, short, and never without a next step.

Each test lists the guides that break its rule, so one run tells all that is to be mended.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from assistant.knowledge.finding import errors_in
from assistant.knowledge.folder import check_folder
from assistant.knowledge.load import load

NATIONAL_HOTLINES = {
    "12123",  # 交通安全
    "12305",  # 邮政
    "12309",  # 检察
    "12313",  # 烟草
    "12315",  # 市场监管
    "12318",  # 文化市场
    "12320",  # 卫生
    "12325",  # 粮食
    "12328",  # 交通运输
    "12329",  # 公积金
    "12333",  # 人社
    "12345",  # 政务服务
    "12348",  # 法律援助
    "12350",  # 安全生产
    "12360",  # 海关
    "12363",  # 人民银行
    "12366",  # 税务
    "12368",  # 法院
    "12369",  # 生态环境
    "12378",  # 金融监管
    "12393",  # 医保
    "12316",  # 三农
    "12336",  # 自然资源
    "12314",  # 水利
}
OFFICIALESE = re.compile(
    "予以|之规定|贵单位|贵司|特此|兹有|兹将|遂|须于|应予|不予|酌情|届时|逾期未|上述|前述|该项|其他相关|相关规定|有关规定|有关部门"
    "|依照|按照规定|根据规定|根据《|拟|系指|视为|悉知|周知|妥善|切实|贯彻|落实|鉴于|为此|现将|如下|之日起"
)
NOT_OFFICIALESE = re.compile("不予受理通知书|不予行政许可决定书|虚拟|模拟|拟人")
LONGEST_SENTENCE = 80
SEARCHED_ONLY = {"aliases", "scope", "samples", "sources"}  # words people say, and names of laws: nobody reads them
STAFF_ONLY = {"internal_notes", "to_confirm"}


@pytest.fixture(scope="module")
def knowledge(real_root):
    """The real knowledge."""
    return load(real_root)


def texts(value: object, name: str = "") -> Iterator[str]:
    """Every sentence of a guide that people read."""
    if isinstance(value, str) and type(value) is str:
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from texts(element)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            if field not in SEARCHED_ONLY | STAFF_ONLY:
                yield from texts(getattr(value, field), field)


def within(value: object) -> Iterator[BaseModel]:
    """Every part of a guide."""
    if isinstance(value, tuple):
        for element in value:
            yield from within(element)
    elif isinstance(value, BaseModel):
        yield value
        for field in type(value).model_fields:
            yield from within(getattr(value, field))


def broken(knowledge, rule) -> dict[str, list[str]]:
    """The guides that break a rule, each with what is wrong."""
    found = {guide_id: list(rule(guide)) for guide_id, guide in knowledge.guides.items()}
    return {guide_id: wrong for guide_id, wrong in found.items() if wrong}


def test_check_finds_no_error_in_the_real_folder(real_root):
    """References exist, facts have sources, nothing collides, no number is a person's."""
    assert errors_in(check_folder(real_root, demo=True, today=dt.date(2026, 11, 21))) == []


def test_every_item_and_topic_has_a_guide(knowledge):
    """136 items and 40 topics, none without its guide."""
    assert knowledge.guides.keys() == knowledge.items.keys() | knowledge.topics.keys()
    assert (len(knowledge.items), len(knowledge.topics)) == (136, 40)


def test_every_statement_names_its_source(knowledge):
    """Also what is 待核 says where it comes from; only a time limit nobody knows may have nothing."""

    def rule(guide):
        for part in within(guide):
            text = getattr(part, "text", None) or getattr(part, "answer", None) or getattr(part, "name", None)
            known = getattr(part, "state", "待核") != "待核" or type(part).__name__ in ("Fact", "Step", "Question")
            if "sources" in type(part).model_fields and known and not part.sources:
                yield text

    assert broken(knowledge, rule) == {}


def test_no_article_is_cited_from_a_source_that_was_not_read(knowledge):
    """An article number is a promise that somebody read it."""

    def rule(guide):
        for part in within(guide):
            for cited in getattr(part, "sources", ()):
                name, _, article = cited.partition(" ")
                if article and not knowledge.sources[name].read:
                    yield cited

    assert broken(knowledge, rule) == {}


def test_no_article_number_stands_in_the_words_themselves(knowledge):
    """People read what to do; the article is in the source."""
    article = re.compile("第[零一二三四五六七八九十百]+条")

    assert broken(knowledge, lambda guide: [t for t in texts(guide) if article.search(t)]) == {}


def test_no_guide_speaks_officialese(knowledge):
    """The words of offices are not the words of a shop owner."""

    def rule(guide):
        for text in texts(guide):
            if text != guide.name and (found := OFFICIALESE.findall(NOT_OFFICIALESE.sub("", text))):
                yield f"{'、'.join(found)}：{text}"

    assert broken(knowledge, rule) == {}


def test_no_sentence_is_longer_than_eighty_characters(knowledge):
    """Names of laws in 《》 are not counted."""

    def rule(guide):
        for text in texts(guide):
            for sentence in re.split("[。！？；\n]", text):
                if len(re.sub("《[^》]*》", "", sentence)) > LONGEST_SENTENCE:
                    yield sentence

    assert broken(knowledge, rule) == {}


def test_every_guide_tells_a_next_step(knowledge):
    """Somewhere to go, somebody to ask or something to hand in."""
    act = re.compile("到|去|找|打|问|带|交|办|查|看|填|报")

    assert broken(knowledge, lambda g: [] if any(act.search(s.text) for s in g.steps) else ["没有下一步"]) == {}


def test_every_guide_has_five_sample_questions(knowledge):
    """At least five, all different."""
    assert broken(knowledge, lambda g: [] if len(set(g.samples)) >= 5 else [f"{len(g.samples)} 句"]) == {}


def test_every_guide_has_four_aliases(knowledge):
    """At least four names people say."""
    assert broken(knowledge, lambda g: [] if len(set(g.aliases)) >= 4 else [f"{len(g.aliases)} 个"]) == {}


def test_no_telephone_number_stands_in_a_guide_but_national_hotlines(knowledge):
    """Telephones live in the catalogue, where one place corrects them."""
    number = re.compile(
        r"(?<![\d.])\d{3,4}[- ]?\d{7,8}(?!\d)|(?<![\d.])[48]00[- ]?\d{3}[- ]?\d{4}|(?<!\d)(?:12|96)\d{3,4}(?!\d)"
    )

    def rule(guide):
        for text in (*texts(guide), *guide.internal_notes, *guide.to_confirm):
            yield from (f"{n}：{text}" for n in number.findall(text) if n not in NATIONAL_HOTLINES)

    assert broken(knowledge, rule) == {}


def test_nothing_looks_like_a_person_with_a_number(real_root):
    """No 姓名 with a telephone: neither in guides nor anywhere else, comments included."""
    person = re.compile(
        r"(联系人|经办人|负责人|科长|局长|主任|姓名|同志|先生|女士|老师)[：: ]*[一-鿿]{2,3}[，,：: ]*(电话|手机)?[：: ]*\d{7,}"
        r"|[一-鿿]{2,4}[：:，, ]*(电话|手机|联系电话)[：: ]*(0\d{2,3}[- ]?)?\d{7,11}"
    )
    found = {}
    for path in sorted(real_root.rglob("*.yaml")):
        if path.parent.name != "demo":
            wrong = [line for line in path.read_text("utf-8").splitlines() if person.search(line)]
            found |= {path.name: wrong} if wrong else {}

    assert found == {}
