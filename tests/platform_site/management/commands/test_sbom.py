"""`manage.py sbom` prints the document, or the notice."""

from __future__ import annotations

import json

from django.core.management import call_command


def test_it_prints_a_cyclonedx_document_or_the_notice(capsys):
    call_command("sbom")
    document = json.loads(capsys.readouterr().out)
    assert document["metadata"]["component"]["name"] == "plumbline"
    assert len(document["components"]) > 50
    call_command("sbom", notice=True)
    notice = capsys.readouterr().out
    assert "psycopg" in notice
    assert "GNU Lesser General Public License, version 3" in notice
