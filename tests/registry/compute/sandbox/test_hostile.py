"""The corpus of hostile logic, mutants of it and of honest logic: refused or accepted quickly, never an exception, and
nothing that is accepted holds a node outside of the list."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Iterator

import duckdb
import pytest
from sqlglot import exp

from registry.compute.sandbox.acceptance.accept import Accepted, Rejected, accept
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS, OPERATORS, STRUCTURE, allowed_functions
from registry.compute.sandbox.acceptance.vocabulary import FUNCTION_NODES
from tests.registry.compute.sandbox.acceptance.test_accept import COLUMNS, HONEST
from tests.registry.compute.sandbox.hostile import HARMLESS, HOSTILE

CORPUS = [(kind, text) for kind, texts in HOSTILE.items() for text in texts]
MUTANTS = int(os.environ.get("MUTANTS", "1000"))
SLOWEST_S = 0.25
PIECES = [
    *"()*+-'\",;.$[]{}\\ \n\0é\u200b\u202e", "SELECT ", "x", "OVER ", "NOT ", "1", "--", "/*", "*/", "CASE ", " FROM y", "END", "ABS(",
    "DATE(", "::", " IN (", "INTERVAL ", "read_text('x')", "(SELECT 1)", " AS y", "''", '""', "1e999", "99999999999999999999", "/**/",
]  # fmt: skip


def test_the_corpus_is_a_corpus():
    assert len(CORPUS) >= 380
    assert len({text for _, text in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("kind", HOSTILE)
def test_all_of_it_is_refused_with_a_sentence(kind):
    accepted = [text for text in HOSTILE[kind] if isinstance(accept(text, columns=COLUMNS), Accepted)]
    assert accepted == []
    for text in HOSTILE[kind]:
        assert all(len(fault.message) > 10 for fault in accept(text, columns=COLUMNS).faults), text[:80]


@pytest.mark.parametrize("logic", HARMLESS)
def test_what_was_refused_once_and_is_not_any_more_ends_quickly(logic):
    """Over texts that a backtracking engine would need years for."""
    tree = accept(logic, columns=COLUMNS).tree.sql("duckdb")
    rows = f"SELECT 2024 AS x, 1 AS k, TIMESTAMP '2024-02-29 13:14:15' AS t, '{'a' * 5_000}' AS s FROM range(200)"
    began = time.process_time()
    with contextlib.suppress(duckdb.ConversionException, duckdb.BinderException, duckdb.InvalidInputException):
        duckdb.execute(f"SELECT max(CAST({tree} AS VARCHAR)) FROM ({rows})").fetchall()
    assert time.process_time() - began < 5


def test_hidden_in_honest_logic_it_is_refused_too():
    wrapped = (
        "COALESCE({}, 0)",
        "CASE WHEN x > 1 THEN {} END",
        "SUM({}) OVER (ORDER BY t)",
        "x + {}",
        "x /* */ + {} -- end",
    )
    taken = [
        around.format(text)
        for kind in ("files", "network", "settings", "other tables", "statements", "structures")
        for text in HOSTILE[kind]
        for around in wrapped
        if isinstance(accept(around.format(text), columns=COLUMNS), Accepted)
    ]
    assert taken == []


def mutants(count: int, seed: int = 20_261_128) -> Iterator[str]:
    """Texts one to six changes away from an honest or a hostile one: pieces put in, taken out, doubled, exchanged."""
    chance, texts = random.Random(seed), [*HONEST, *(text for _, text in CORPUS if len(text) < 400)]
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 6])):
            at, to = sorted(chance.randint(0, len(text)) for _ in range(2))
            piece = chance.choice(
                [chance.choice(PIECES), text[at:to] * chance.randint(1, 3), chance.choice(texts)[:40], ""]
            )
            text = text[:at] + piece + text[chance.choice([at, min(at + 1, len(text)), to]) :]
        yield text


def outside_of_the_list(tree: exp.Expression) -> list[str]:
    return [
        type(node).__name__
        for node in tree.walk()
        if type(node) not in STRUCTURE | OPERATORS | FUNCTION_NODES
        or (isinstance(node, exp.Anonymous) and node.name.lower() not in FUNCTIONS)
    ]


def test_no_mutant_is_slow_or_breaks_out():
    """In seconds of the processor: what the machine does beside it is no fault of the text."""
    slowest, accepted = (0.0, ""), 0
    for text in mutants(MUTANTS):
        began = time.process_time()
        judged = accept(text, columns=COLUMNS)
        slowest = max(slowest, (time.process_time() - began, text))
        assert isinstance(judged, Accepted | Rejected)
        if isinstance(judged, Accepted):
            accepted += 1
            assert outside_of_the_list(judged.tree) == [], text
    print(f"{MUTANTS} mutants, {accepted} accepted, the slowest {slowest[0]:.3f} s: {slowest[1][:200]!r}")  # noqa: T201
    assert slowest[0] < SLOWEST_S, slowest
    assert accepted > MUTANTS / 250


def test_what_may_be_called_is_a_list_with_arities():
    """COALESCE is an operator to the engine, and bounded as all of them are together."""
    listed = allowed_functions()
    assert [name for name, *_ in listed] == sorted(FUNCTIONS)
    assert all(0 <= fewest <= most <= 64 for _, fewest, most in listed)
    for name, fewest, most in (row for row in listed if row[0] != "coalesce"):
        for count in {fewest - 1, most + 1} - {-1}:
            result = accept(f"{name}({', '.join(['x'] * count)})", columns=COLUMNS)
            assert isinstance(result, Rejected), f"{name} with {count}"
