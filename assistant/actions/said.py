"""One message as the actions see it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_ASKS = re.compile(
    r"怎么|咋|如何|吗|(?<![着在还清完好结给交])呢|？|\?|什么|啥|哪|多久|几天|多少|多长|谁|(.)[不没]\1|可不可以|有没有|时限|流程|材料|区别|还用|有必要|"
    r"几号|几点|[^没不]不$|没$|没有$(?<=[了到过好]没有)|zenme|ziliao|cailiao|duojiu|duoshao|nali|na ban|qu na"
)
_CLAUSE = re.compile(r"[，,。；;！!\n]")


@dataclass(frozen=True)
class Said:
    """One message: its words, what kind of thing Rasa takes it for, and the effect of a tapped choice."""

    text: str
    intent: str = "nlu_fallback"
    effect: dict[str, Any] = field(default_factory=dict)

    @property
    def asking(self) -> bool:
        """Whether this is a question; where Rasa is not sure, question words decide."""
        if self.intent in ("ask", "nlu_fallback", "tell", "progress", "chat", "repeat", "explain"):
            return self.intent == "ask" or bool(_ASKS.search(self.text))
        return False

    @property
    def asks_in_words(self) -> bool:
        """Whether a word asks; where none does, a message that tells something is no question, whatever it sounds like."""
        return bool(_ASKS.search(self.text))

    @property
    def question(self) -> str:
        """The clauses that ask; the whole text where none does, or all do."""
        return "，".join(clause for clause in _CLAUSE.split(self.text) if _ASKS.search(clause)) or self.text
