"""What Plumbline is made of: all of the lock and all vendored files, with licences, in a document that does not change."""

from __future__ import annotations

import re
from pathlib import Path

from platform_site.roof.components import UNKNOWN, list_components, render_notice, render_sbom

ROOT = Path(__file__).parents[3]


def test_every_library_of_the_lock_and_every_vendored_file_is_in_it_with_a_licence_and_digests():
    components = {component.name: component for component in list_components()}
    locked = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert set(locked) <= set(components)
    assert {"htmx", "Tabler core"} <= set(components)
    assert not [name for name, component in components.items() if component.licence == UNKNOWN]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for each in components.values() for digest in each.digests)
    assert all(component.digests for component in components.values())


def test_the_document_is_the_same_for_the_same_components_and_another_for_others():
    components = list_components()
    document = render_sbom(components)
    assert document == render_sbom(components)
    assert document["serialNumber"] != render_sbom(components[1:])["serialNumber"]
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    references = [row["bom-ref"] for row in document["components"]]
    assert len(set(references)) == len(references), "each is referred to by a name of its own"
    assert document["dependencies"][0]["dependsOn"] == references
    psycopg = next(row for row in document["components"] if row["name"] == "psycopg")
    assert psycopg["licenses"] == [{"expression": "LGPL-3.0-only"}]


def test_the_notice_is_that_of_the_lock():
    assert (ROOT / "NOTICE").read_text() == render_notice(list_components()), "python3 manage.py sbom --notice > NOTICE"
