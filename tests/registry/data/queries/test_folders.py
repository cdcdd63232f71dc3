"""What is listed of the data roots, and what never is."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from registry.data.queries import folders
from registry.data.queries.folders import listing


@pytest.fixture
def roots(tmp_path):
    first, other = tmp_path / "one", tmp_path / "two"
    for place in (first / "sales" / "day=1", other / "sales", tmp_path / "outside"):
        place.mkdir(parents=True)
    for name in (
        "one/a.parquet",
        "one/B.CSV",
        "one/notes.txt",
        "one/.hidden.csv",
        "one/_log.csv",
        "one/sales/day=1/x.parquet",
    ):
        (tmp_path / name).write_text("x")
    (other / "c.csv").write_text("xyz")
    (tmp_path / "outside" / "secret.csv").write_text("secret")
    (first / "link.csv").symlink_to(tmp_path / "outside" / "secret.csv")
    (first / "away").symlink_to(tmp_path / "outside")
    return [first, other]


def test_folders_come_first_and_only_data_is_listed(roots):
    top = listing("", roots)
    assert [(entry.location, entry.kind) for entry in top.entries] == [
        ("sales", ""), ("B.CSV", "csv"), ("a.parquet", "parquet"), ("c.csv", "csv"),
    ]  # fmt: skip
    assert (top.above, top.is_cut, top.entries[-1].size_bytes) == (None, False, 3)


def test_a_folder_has_what_lies_in_it_and_the_one_above(roots):
    inner = listing("sales/day=1", roots)
    assert ([entry.location for entry in inner.entries], inner.above) == (["sales/day=1/x.parquet"], "sales")
    assert listing("sales", roots).above == ""


@pytest.mark.parametrize(
    "folder", ["..", "sales/../..", "away", "nothing", "a.parquet", "s3://bucket", "a\0b", "%2e%2e", "~"]
)
def test_nothing_outside_is_listed(folder, roots):
    with pytest.raises(Unknown, match="There is no folder"):
        listing(folder, roots)


def test_an_absolute_path_is_one_inside(roots):
    with pytest.raises(Unknown):
        listing("/etc", roots)
    assert listing("/sales/", roots).folder == "sales"


def test_no_root_yet_is_an_empty_top(tmp_path):
    assert listing("", [tmp_path / "none"]).entries == []


def test_a_long_folder_is_cut_and_says_so(roots, monkeypatch):
    monkeypatch.setattr(folders, "MOST_ENTRIES", 2)
    assert (len(listing("", roots).entries), listing("", roots).is_cut) == (2, True)
