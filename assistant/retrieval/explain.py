"""Why a question was decided as it was: channels, scores, rejected hits, reason."""

from __future__ import annotations

from typing import Any

from assistant.retrieval.evidence import CHANNELS
from assistant.retrieval.finder import Finder


def explanation(finder: Finder, question: str) -> dict[str, Any]:
    """Everything that led to the decision about a question, as plain data."""
    evidence = finder.witness.examine(question)
    answer = finder.decide(evidence)
    hits = (*answer.hits, *answer.rejected)[:10]
    return {
        "question": question,
        "core": evidence.core,
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "certainty": answer.certainty,
        "mentions": [{"text": m.text, "owners": m.owners, "standing": m.standing.value} for m in answer.mentions],
        "hits": [
            {
                "id": hit.id,
                "name": hit.name,
                "score": hit.score,
                "channels": {
                    name: round(float(value), 4)
                    for name, value in zip(CHANNELS, evidence.rows[finder.witness.number(hit.id)], strict=True)
                    if value
                },
            }
            for hit in hits
        ],
    }
