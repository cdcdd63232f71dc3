"""Where data may lie: files, folders and patterns inside the data roots, and nowhere else."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.errors import Fault
from registry.compute.engines.row_source import Unreadable
from registry.data.queries.locations import resolve

ROWS = pa.table({"x": [1, 2]})


@pytest.fixture
def root(tmp_path):
    for name in ("one.parquet", "two.parquet", "sales/month=2024-01/a.parquet", "sales/month=2024-02/b.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(ROWS, tmp_path / name)
    (tmp_path / "notes.txt").write_text("no data")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("one.parquet", ["one.parquet"]),
        ("*.parquet", ["one.parquet", "two.parquet"]),
        ("t?o.parquet", ["two.parquet"]),
        ("sales", ["sales/month=2024-01/a.parquet", "sales/month=2024-02/b.parquet"]),
        ("sales/*/b.parquet", ["sales/month=2024-02/b.parquet"]),
        ("sales/**/*.parquet", ["sales/month=2024-01/a.parquet", "sales/month=2024-02/b.parquet"]),
    ],
)
def test_a_location_is_a_file_a_folder_or_a_pattern(root, location, names):
    result = resolve(location, "parquet", [root])
    assert [str(path.relative_to(root)) for path in result.paths] == names


@pytest.mark.parametrize("location", ["../*.parquet", "*/../../x", "/etc/*", "[a-z]*.parquet", "sales/../../*"])
def test_a_pattern_stays_inside_the_roots(root, location):
    assert isinstance(resolve(location, "parquet", [root]), Fault)


@pytest.mark.parametrize("location", ["empty", "nothing*.parquet", "gone.parquet"])
def test_a_location_without_files_is_a_fault(root, location):
    assert resolve(location, "parquet", [root]).code in ("empty", "not_found")


@pytest.mark.parametrize("location", ["sales", "sales/*/*.parquet", "*"])
def test_a_link_that_leads_out_spoils_the_whole_location(root, location, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.parquet"
    pq.write_table(ROWS, outside)
    (root / "sales/month=2024-01/link.parquet").symlink_to(outside)
    (root / "link.parquet").symlink_to(outside)
    assert resolve(location, "parquet", [root]).code == "not_allowed"


def test_hive_partitions_are_columns(root):
    result = resolve("sales", "parquet", [root])
    assert [column.name for column in result.describe()] == ["x", "month"]
    assert result.snapshot().rows == 4
    assert result.first_rows(1) == [{"x": 1, "month": "2024-01"}]


def test_the_digest_tells_the_same_rows_in_another_place_apart(root):
    before = resolve("sales", "parquet", [root]).snapshot().digest
    (root / "sales/month=2024-02/b.parquet").rename(root / "sales/month=2024-02/c.parquet")
    assert resolve("sales", "parquet", [root]).snapshot().digest != before


def test_what_is_no_parquet_is_said(root):
    (root / "bad.parquet").write_text("no data")
    with pytest.raises(Unreadable, match="cannot be read as parquet"):
        resolve("bad.parquet", "parquet", [root]).describe()


@pytest.mark.parametrize("location", ["spark", "spark/**/*.parquet"])
def test_names_that_begin_with_an_underscore_or_a_dot_are_no_data(root, location):
    names = (
        "part-0.parquet",
        "_temporary/0/part-0.parquet",
        ".staging.parquet",
        "_k=1/part-1.parquet",
        ".hidden/x.parquet",
    )
    for name in names:
        (root / "spark" / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(ROWS, root / "spark" / name)
    result = resolve(location, "parquet", [root])
    assert [str(path.relative_to(root / "spark")) for path in result.paths] == ["_k=1/part-1.parquet", "part-0.parquet"]
    (root / "spark" / "part-0.parquet").unlink()
    (root / "spark" / "_k=1/part-1.parquet").unlink()
    assert resolve(location, "parquet", [root]).code == "empty"


@pytest.mark.parametrize("location", ["lake", "lake/orders", "lake/orders/*.parquet"])
def test_a_delta_table_is_no_folder_of_parquet(root, location):
    (root / "lake/orders/_delta_log").mkdir(parents=True)
    pq.write_table(ROWS, root / "lake/orders/part-0.parquet")
    fault = resolve(location, "parquet", [root])
    assert (fault.code, fault.message.startswith("lake/orders is a Delta table (it has a _delta_log)")) == (
        "delta_table",
        True,
    )
