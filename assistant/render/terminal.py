"""A card as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.cards import Card


def as_text(card: Card) -> str:
    """Everything on the card, line by line."""
    return "\n".join(_lines(card))


def _lines(card: Card) -> Iterator[str]:
    if card.title:
        yield f"【{card.title}】"
    for section in card.sections:
        if section.heading:
            yield f"\n{section.heading}"
        for line in section.lines:
            yield "  " + line.text + (f"［{line.tag}］" if line.tag else "")
    if card.choices:
        yield "\n" + "  ".join(f"{number}. {choice.label}" for number, choice in enumerate(card.choices, 1))
    if card.sources:
        yield "\n依据：" + "；".join(card.sources)
