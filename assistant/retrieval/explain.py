"""Why a question was decided as it was: channels, scores, rejected hits, reason."""

from __future__ import annotations

from typing import Any

from assistant.retrieval.answer import Hit
from assistant.retrieval.channels import CHANNELS
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.finder import Finder


def explanation(finder: Finder, question: str) -> dict[str, Any]:
    """Everything that led to the decision about a question, as plain data."""
    evidence = finder.witness.examine(question)
    answer, ranking = finder.decide(evidence), finder.ranking(evidence)
    return {
        "question": question,
        "core": evidence.core,
        "act": {
            "ours": evidence.wanted.ours,
            "other": answer.act or (evidence.wanted.other and evidence.wanted.other.id),
        },
        "aspects": [aspect.value for aspect in answer.aspects],
        "mentions": [
            {
                "text": m.text,
                "owners": list(m.owners),
                "group": m.group,
                "standing": m.standing.value,
                "by_sound": m.by_sound,
            }
            for m in answer.mentions
        ],
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "certainty": answer.certainty,
        "needed": finder.thresholds.answer,
        "against": {
            "none": round(ranking.none, 4),
            "bare": round(ranking.bare, 4),
            "vague": round(ranking.vague, 4),
            "several": round(ranking.several, 4),
            "other_act": round(ranking.otherness, 4),
        },
        "group": answer.group,
        "hits": [_told(finder, evidence, hit) for hit in answer.hits],
        "rejected": [_told(finder, evidence, hit) for hit in answer.rejected],
    }


def _told(finder: Finder, evidence: Evidence, hit: Hit) -> dict[str, Any]:
    """One entry with its probability and what each channel says of it: the figure, and what it adds."""
    row = evidence.rows[finder.witness.number(hit.id)]
    said = zip(CHANNELS, row, finder.weights.channels, strict=True)
    figures = [(name, float(value), float(value * weight)) for name, value, weight in said if value]
    return {
        "id": hit.id,
        "name": hit.name,
        "kind": hit.kind.value,
        "score": hit.score,
        "channels": {name: round(value, 4) for name, value, _ in figures},
        "adds": {
            name: round(added, 3) for name, _, added in sorted(figures, key=lambda f: -abs(f[2])) if abs(added) > 0.005
        },
    }
