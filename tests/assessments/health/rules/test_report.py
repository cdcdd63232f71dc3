"""Reports as Markdown and CSV."""

from __future__ import annotations

import csv
import io

import pytest

from assessments.health.rules.report import COLUMNS, as_csv, document_of, rows_of
from assessments.health.rules.scoring import Item
from assessments.health.rules.summary import summarize
from platform_site.text.documents import as_markdown

ITEMS = [
    Item("lineage", "Observability", "partial", "high", 'a, "b"'),
    Item("fax", "Own", "not_applicable", notes="No fax."),
]


def test_the_csv_reads_back_with_its_links():
    rows = list(csv.reader(io.StringIO(as_csv(ITEMS, ["https://a", ""]))))
    assert rows[0] == COLUMNS
    assert rows[1] == ["lineage", "Observability", "partial", "high", 'a, "b"', "https://a", "", "", ""]


def test_without_links_the_column_is_empty_and_too_few_are_an_error():
    assert [row[5] for row in rows_of(ITEMS)[1:]] == ["", ""]
    with pytest.raises(ValueError, match="zip"):
        rows_of(ITEMS, ["https://a"])


def test_markdown_has_score_levels_and_every_gap():
    text = as_markdown(
        document_of("ex*", summarize([Item("lineage", "Observability", "implemented"), *ITEMS[:1]], organization="ex"))
    )
    assert "# ex\\*: platform health" in text
    assert "Score: 50%." in text
    assert "1. **Lineage** (lineage): Partial, high priority." in text


def test_without_anything_applicable_there_is_no_score():
    text = as_markdown(document_of("Ex", summarize(ITEMS[1:])))
    assert "Score: no score." in text
    assert "| Own |  | 0 | 0 | 0 |" in text
