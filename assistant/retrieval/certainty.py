"""What tells how sure the first guess is: what a ranking looks like."""

from __future__ import annotations

import math

import numpy as np

from assistant.retrieval.channels import CHANNELS, NONE_CHANNELS
from assistant.retrieval.evidence import Evidence

RIDGE = 0.002  # in learning what each sign counts
RIVAL = 0.8  # of the best by characters
_CHARACTERS, _PAPER_NAMED = CHANNELS.index("characters_best"), NONE_CHANNELS.index("paper_named")

SIGNS = (
    "bias",
    "log_odds",  # of the first against all the others
    "margin",  # to the second
    "over_none",  # to "none of them"
    "over_ways_to_speak",  # ... to "nothing is named", "several fit", "none of our business"
    "named",  # the first is named, and nothing else by the same word
    "named_share",  # how much of what was said names it
    "words_agree",  # it is first by characters too
    "sounds_agree",
    "meaning_agrees",
    "likelihood_agrees",
    "length",
    "names_apart",  # what is said of the first and not of the second: of its name
    "scope_apart",  # ... of its scope
    "hints_apart",  # ... by a scope word, a sign word, its trade
    "characters_apart",
    "meaning_apart",
    "likelihood_apart",
    "rivals",  # how many others are named as much
    "paper_unknown",  # how much of what the named licence is of the first does not have
)
APART = {
    "names_apart": ("name_said", "mention_weight"),
    "scope_apart": ("scope_said",),
    "hints_apart": ("scope_word", "sign", "trade"),
    "characters_apart": ("characters_best",),
    "meaning_apart": ("near_best", "near_scope"),
    "likelihood_apart": ("likely",),
}


def signs_of(evidence: Evidence, probability: np.ndarray) -> np.ndarray:
    """What a ranking looks like; `probability` has "none" last."""
    first, second = np.argsort(-probability[: evidence.things])[:2].tolist()
    best, rest = float(probability[first]), float(1 - probability[first])
    ways = float(probability[evidence.things : -1].sum())
    log_first, log_second, log_none, log_ways = (
        math.log(max(float(one), 1e-6)) for one in (best, probability[second], probability[-1], ways)
    )
    row, other = (dict(zip(CHANNELS, evidence.rows[one].tolist(), strict=True)) for one in (first, second))
    apart = [max(row[name] for name in names) - max(other[name] for name in names) for names in APART.values()]
    rivals = int((evidence.rows[:, _CHARACTERS] > RIVAL).sum())
    return np.array(
        [
            1,
            min(max(log_first - math.log(max(rest, 1e-6)), -6), 8),
            min(log_first - log_second, 8),
            min(log_first - log_none, 8),
            min(log_first - log_ways, 8),
            row["mentioned_alone"],
            row["mention_length"],
            row["characters_best"] > 0.999,
            row["sounds_best"] > 0.999,
            row["near_beside_best"] > 0.999,
            row["likely_best"] > 0.999,
            min(len(evidence.core), 40) / 40,
            *apart,
            math.log1p(rivals),
            evidence.none[_PAPER_NAMED] - row["paper_said"],
        ],
        np.float64,
    )
