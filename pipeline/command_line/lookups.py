"""The commands of single titles, terms and sentences: ``titles``, ``link`` and ``spans``, one line of JSON for each."""

from __future__ import annotations

import json
from argparse import Namespace

from pipeline.command_line.files import read_json_lines
from pipeline.command_line.indexes import open_indexes


def titles(args: Namespace) -> None:
    """Print the roles that each title is nearest to, the nearest first, ties by slug."""
    from pipeline.catalog.titles import title_vectors
    from pipeline.catalog.value import slug_order
    from pipeline.contracts import wire_score
    from pipeline.stages.title_signal import title_scores

    rows = list(read_json_lines(args.titles, "id", "title"))
    indexes = open_indexes(args.catalog)
    vectors = title_vectors([str(row["title"]) for row in rows], indexes.encoder)
    for row, vector in zip(rows, vectors, strict=True):
        scores = title_scores(str(row["title"]), vector, indexes)
        best = sorted(scores, key=lambda slug: (-scores[slug], slug_order(slug)))[: args.top]
        roles = [{"slug": slug, "score": wire_score(min(scores[slug], 1.0))} for slug in best]
        print(json.dumps({"id": row["id"], "roles": roles}))


def link(args: Namespace) -> None:
    """Print the catalog skill that each term means, with the probability that it is right."""
    from pipeline.catalog.nearest import NearestSkills
    from pipeline.contracts import wire_score

    rows = list(read_json_lines(args.terms, "id", "term", "sentence"))
    terms = [(str(row["term"]), str(row["sentence"] or "")) for row in rows]
    guesses = NearestSkills(open_indexes(args.catalog)).guess(terms)
    for row, guess in zip(rows, guesses, strict=True):
        answer = {"id": row["id"], "slug": guess.slug, "score": wire_score(guess.probability)}
        print(json.dumps(answer, ensure_ascii=False))


def spans(args: Namespace) -> None:
    """Print the spans of knowledge in each sentence: first and last token, both inclusive."""
    from pipeline.learned.tagger.model import Tagger

    rows = list(read_json_lines(args.sentences, "id", "tokens"))
    indexes = open_indexes(args.catalog)
    tagger = Tagger(indexes.catalog, indexes.aliases)
    spans_of_rows = tagger.spans([[str(token) for token in row["tokens"]] for row in rows])
    for row, spans_of_row in zip(rows, spans_of_rows, strict=True):
        print(json.dumps({"id": row["id"], "spans": spans_of_row}))
