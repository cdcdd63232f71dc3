"""Static files, compressed and named by their content, in a folder of exactly this release."""

from __future__ import annotations

import gzip

import pytest

from platform_site.environment.static_files import MANIFEST, folder_of_release, is_complete
from platform_site.roof.static_files import compress


@pytest.fixture
def own(settings, tmp_path):
    """One folder of static files, with a style sheet that names a picture."""
    folder = tmp_path / "own"
    (folder / "css").mkdir(parents=True)
    (folder / "dot.svg").write_text("<svg/>" * 200)
    (folder / "css" / "site.css").write_text('a { background: url("../dot.svg") } ' * 100)
    settings.STATICFILES_DIRS, settings.STATICFILES_FINDERS = (
        [folder],
        ["django.contrib.staticfiles.finders.FileSystemFinder"],
    )
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


def test_files_are_named_by_their_content_and_compressed(own, tmp_path):
    root = tmp_path / "static" / "release"
    assert compress(root)
    (sheet,) = (root / "css").glob("site.*.css")
    (dot,) = root.glob("dot.*.svg")
    assert f"../{dot.name}" in sheet.read_text()
    assert gzip.decompress((root / "css" / f"{sheet.name}.gz").read_bytes()).decode() == sheet.read_text()
    assert is_complete(root)


def test_it_is_done_once_and_other_releases_go(own, tmp_path):
    older, root = tmp_path / "static" / "older", tmp_path / "static" / "release"
    older.mkdir(parents=True)
    assert compress(root)
    assert not compress(root)
    assert [path.name for path in (tmp_path / "static").iterdir()] == ["release"]


def test_what_was_cut_off_is_done_anew(own, tmp_path):
    root = tmp_path / "static" / "release"
    compress(root)
    (root / MANIFEST).unlink()
    assert compress(root)
    assert is_complete(root)


def test_a_changed_file_or_package_is_another_release(own, tmp_path):
    lock = tmp_path / "requirements.txt"
    first = folder_of_release(tmp_path, own, lock)
    assert first == folder_of_release(tmp_path, own, lock)
    lock.write_text("django==5.2")
    second = folder_of_release(tmp_path, own, lock)
    (own / "dot.svg").write_text("<svg></svg>")
    assert len({first, second, folder_of_release(tmp_path, own, lock)}) == 3
