"""Pinyin is written out in characters before anything is looked for."""

import pytest

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.spelling import Speller


@pytest.fixture(scope="module")
def speller(knowledge: Knowledge) -> Speller:
    """The words of the real knowledge."""
    return Speller(knowledge)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wo yao zhuxiao", "我要注销"),
        ("zhizhao ye yiqi xiao", "执照也一起销"),  # a word hardly goes over a space: not 制造业
        ("wo zai jia ge da qi kai fandian, ge ti", "我在加格达奇开饭店, 个体"),
        ("yanhua lingshou xukezheng zenme tui", "烟花零售许可证怎么退"),
        ("gongsi zenme xiao, qu nar", "公司怎么销, 去哪"),
        ("网约车pingtai不干了zenme tui", "网约车平台不干了怎么退"),
        ("ge'ti zenme zhuxiao", "个体怎么注销"),
        ("qushui xukezheng yanqi zenme ban", "取水许可证延期怎么办"),  # 氧气 sounds only nearly so
        ("wangba guan le zenme zuxiao", "网吧关了怎么注销"),  # nearly is near enough where nothing is nearer
        ("开了个minsu不干了去哪退", "开了个民宿不干了去哪退"),  # a trade, by itself among characters
    ],
)
def test_pinyin_becomes_the_likeliest_words(speller: Speller, typed: str, meant: str) -> None:
    """Whole sentences, with spaces and without, mixed with characters, with an apostrophe or a final r."""
    assert speller.written_out(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["KTV关了", "GSP证", "spjyxkz", "ICP备案怎么销", "APP上能办吗", "ok", "饭店黄了", "lulu的店不开了", "minsu", ""],
)
def test_what_is_no_pinyin_stays_as_it_was_typed(speller: Speller, text: str) -> None:
    """Names, initials and abbreviations are not read as syllables."""
    assert speller.written_out(text) == text


def test_what_is_written_out_stays_as_it_is(knowledge: Knowledge, speller: Speller) -> None:
    """For every sample question: written out twice is written out once."""
    for guide in knowledge.guides.values():
        for sample in guide.samples:
            once = speller.written_out(sample)
            assert speller.written_out(once) == once
