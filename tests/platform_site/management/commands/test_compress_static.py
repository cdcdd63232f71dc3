"""`manage.py compress_static`."""

from __future__ import annotations

from django.core.management import call_command

from platform_site.environment.static_files import is_complete


def test_the_command_says_where_the_files_are(settings, tmp_path, capsys):
    settings.COMPRESSED_STATIC = tmp_path / "static" / "release"
    call_command("compress_static")
    assert capsys.readouterr().out == f"Compressed: {settings.COMPRESSED_STATIC}\n"
    assert is_complete(settings.COMPRESSED_STATIC)
    call_command("compress_static")
    assert capsys.readouterr().out.startswith("Compressed before")
