"""An upstream is described by its text, by a digest of it, or by both where they agree."""

from __future__ import annotations

import hashlib
import json

import pytest

from registry.compute.upstream import ancestor, from_code, from_digest
from registry.data.rules.described_upstream import Unclear, described_upstream

SQL = "select a from t"
# As other programs print them: sha256sum, sha1sum, md5sum and git hash-object over the seventeen bytes of the file.
FILE = "select a from t\n\n"
DIGESTS = (
    hashlib.sha256(FILE.encode()).hexdigest(),
    "sha256:" + hashlib.sha256(SQL.encode()).hexdigest(),
    hashlib.sha1(FILE.encode()).hexdigest(),
    hashlib.md5(FILE.encode()).hexdigest(),
    hashlib.sha1(b"blob 17\0" + FILE.encode()).hexdigest(),
)


def test_text_alone_and_digest_alone_are_enough():
    assert described_upstream("dbt", "o.sql", text=SQL, dialect="duckdb") == from_code(
        "dbt", "o.sql", SQL, dialect="duckdb"
    )
    assert described_upstream("python", "f.py", digest="abc") == from_digest("python", "f.py", "abc")


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_common_hash_of_the_text_agrees_with_it_and_changes_nothing(digest):
    plain = described_upstream("dbt", "o.sql", text=FILE, dialect="duckdb")
    assert described_upstream("dbt", "o.sql", text=FILE, digest=digest, dialect="duckdb") == plain


def test_the_digest_that_was_read_here_agrees():
    plain = described_upstream("dbt", "o.sql", text=SQL, dialect="duckdb")
    for digest in (plain.digest, plain.fingerprint):
        assert described_upstream("dbt", "o.sql", text=SQL, digest=digest, dialect="duckdb") == plain


def test_a_digest_of_another_text_is_refused_with_both_named():
    with pytest.raises(Unclear) as refused:
        described_upstream("dbt", "o.sql", text=SQL, digest=DIGESTS[0])
    [problem] = refused.value.problems
    assert (problem.field, problem.code) == ("digest", "other_text")
    assert DIGESTS[0] in problem.sentence
    assert hashlib.sha256(SQL.encode()).hexdigest() in problem.sentence


def test_an_ancestor_takes_text_too():
    built_on = [{"name": "raw.sql", "text": SQL}, {"name": "seed.csv", "digest": "ab"}]
    upstream = described_upstream("dbt", "o.sql", text="select 1", dialect="duckdb", ancestors=built_on)
    assert upstream.ancestors[0] == ancestor("raw.sql", SQL, dialect="duckdb")
    formatted = [{"name": "raw.sql", "text": "SELECT a\nFROM t"}, built_on[1]]
    again = described_upstream("dbt", "o.sql", text="select 1", dialect="duckdb", ancestors=formatted)
    assert again.digest == upstream.digest


def test_every_fault_comes_at_once_at_its_field():
    with pytest.raises(Unclear) as refused:
        described_upstream(
            "python",
            "f.ipynb",
            text="not a notebook",
            ancestors=[{"name": "a"}, {"name": "b", "text": SQL, "digest": "0"}, {"name": "c", "digest": "1"}],
        )
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["text", "ancestors.0.text", "ancestors.1.digest"]


def test_of_a_notebook_the_digest_is_of_the_file_and_the_code_is_stored():
    text = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]})
    upstream = described_upstream("python", "f.ipynb", text=text, digest=hashlib.sha256(text.encode()).hexdigest())
    assert upstream.text == "# %%\nx = 1"
