"""What finding needs: confusable words, acts, things not on the list, other procedures, trades."""

from __future__ import annotations

from pydantic import Field

from assistant.knowledge.model.written import State, Text, Texts, Written


class Option(Written):
    """One way to answer the question of a confusion group."""

    guide: Text = Field(alias="指南")
    label: Text = Field(alias="说法")  # everyday words on the button
    signs: Texts = Field((), alias="标志词")  # words that decide for this member


class ConfusionGroup(Written):
    """易混组: guides that one word may mean, with the one question that tells them apart."""

    id: Text = Field(alias="编号")
    words: Texts = Field(alias="叫法")  # what people say when they may mean any member
    question: Text = Field(alias="问")
    options: tuple[Option, ...] = Field(alias="选项", min_length=2)

    @property
    def members(self) -> tuple[str, ...]:
        """The guides that are easily taken for one another."""
        return tuple(option.guide for option in self.options)


class Act(Written):
    """手续: what somebody wants done with a licence (注销, 延续, 变更 …) and the words for it."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    ours: bool = Field(alias="归我们办")
    words: Texts = Field(alias="说法")
    reply: str | None = Field(None, alias="答复")  # plain words: we don't do that, it is done there
    topic: str | None = Field(None, alias="看指南")  # nearest topic guide
    samples: Texts = Field((), alias="常见问法")


class Unlisted(Written):
    """A thing people call a licence that is not on the list."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    aliases: Texts = Field((), alias="别名")
    note: Text = Field(alias="说明")  # what it is and where it is dealt with
    near: Texts = Field((), alias="相近")  # guide ids, nearest first; those of general.yaml follow
    samples: Texts = Field((), alias="常见问法")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Redirect(Written):
    """Another procedure altogether: not ours, done there."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    words: Texts = Field(alias="说法")
    reply: Text = Field(alias="答复")
    goes_first: bool = Field(False, alias="先拦")  # whatever licence is named beside its words
    samples: Texts = Field((), alias="常见问法")


class Industry(Written):
    """行业: what people call the trade, and the licences it usually holds. It suggests, never decides."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    aliases: Texts = Field((), alias="别名")
    must_have: Texts = Field((), alias="必有")
    may_have: Texts = Field((), alias="按需")
    lead: str | None = Field(None, alias="牵头部门")
    topic: str | None = Field(None, alias="看指南")
    sources: Texts = Field((), alias="依据")
