"""The words part of a large index: tantivy names the best passages by BM25 without looking at all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from assistant.retrieval.index.passages import Passage
from assistant.retrieval.index.terms import Asked
from assistant.retrieval.words import character_terms

HEAP = 256 << 20  # of the writer, in bytes


class Words:
    """A tantivy index on disk."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        index = tantivy.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def best(
        self,
        question: Asked,
        wanted: int,
        regions: Collection[str | None] | None = None,
        departments: Collection[str | None] | None = None,
    ) -> np.ndarray:
        """The numbers of the best passages of these regions and departments."""
        from tantivy import Occur, Query

        said = [
            (Occur.Should, Query.term_query(self._schema, "terms", term, index_option="freq"))
            for term in question.terms
        ]
        if not said:
            return np.zeros(0, np.int64)
        query = Query.boolean_query(said)
        kept = [("region", regions), ("department", departments)]
        where = [
            Query.boost_query(Query.term_set_query(self._schema, field, [name or "" for name in names]), 0.0)
            for field, names in kept
            if names is not None
        ]
        if where:
            query = Query.boolean_query([(Occur.Must, part) for part in (query, *where)])
        hits = self._searcher.search(query, wanted, count=False).hits
        return np.array(self._searcher.fast_field_values("number", [address for _, address in hits]), np.int64)


def write_words(folder: Path, passages: Sequence[Passage]) -> None:
    """Build the tantivy index of `Words`."""
    import tantivy

    plan = tantivy.SchemaBuilder()
    plan.add_integer_field("number", fast=True)
    plan.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    for field in ("region", "department"):
        plan.add_text_field(field, tokenizer_name="raw", index_option="basic")
    folder.mkdir(parents=True)
    writer = tantivy.Index(plan.build(), str(folder)).writer(HEAP, 1)
    for number, passage in enumerate(passages):
        terms = " ".join(character_terms(passage.text))
        region, department = passage.region or "", passage.department or ""
        writer.add_document(tantivy.Document(number=number, terms=terms, region=region, department=department))
    writer.commit()
    writer.wait_merging_threads()
