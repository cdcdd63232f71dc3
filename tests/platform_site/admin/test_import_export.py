"""What is entered by hand in the admin can be imported and exported there: previewed first, then all rows or none."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Organization, Release, Ticket, TrainingRun
from platform_site.admin.import_export import MOST_ROWS
from platform_site.audit.models import AuditEvent
from registry.models import SourceTable

pytestmark = pytest.mark.django_db
ORGANIZATIONS = "/admin/assessments/organization"
TICKETS = "/admin/assessments/ticket"
CSV, JSON = "0", "1"
HEADERS = "slug,name,production_models"


def preview(visitor, path, content, kind=CSV):
    name = "rows.csv" if kind == CSV else "rows.json"
    upload = SimpleUploadedFile(name, content.encode())
    return visitor.post(f"{path}/import/", {"format": kind, "import_file": upload})


def confirm(visitor, path, page):
    return visitor.post(f"{path}/process_import/", page.context["confirm_form"].initial, follow=True)


def exported(visitor, path, kind=CSV):
    return visitor.post(f"{path}/export/", {"format": kind}).content.decode()


def faults(page):
    return " ".join(
        str(row.error_dict if hasattr(row, "error_dict") else row.error) for row in page.context["result"].invalid_rows
    )


def test_nothing_is_written_before_the_preview_is_confirmed(browser_of):
    lead = browser_of("lead")
    page = preview(lead, ORGANIZATIONS, f"{HEADERS}\nacme,Acme,4\nbeta,Beta,0\n")
    assert page.status_code == 200
    assert "Acme" in page.content.decode()
    assert not Organization.objects.exists()
    confirm(lead, ORGANIZATIONS, page)
    assert dict(Organization.objects.values_list("slug", "production_models")) == {"acme": 4, "beta": 0}
    assert AuditEvent.objects.filter(action="organization.added", actor="lead").count() == 2


def test_json_is_imported_too(browser_of):
    lead = browser_of("lead")
    page = preview(lead, ORGANIZATIONS, json.dumps([{"slug": "acme", "name": "Acme"}]), JSON)
    confirm(lead, ORGANIZATIONS, page)
    assert Organization.objects.get().name == "Acme"


def test_a_row_about_a_known_record_changes_the_columns_of_the_file_alone(browser_of):
    lead = browser_of("lead")
    confirm(lead, ORGANIZATIONS, preview(lead, ORGANIZATIONS, f"{HEADERS}\nacme,Acme,4\n"))
    confirm(lead, ORGANIZATIONS, preview(lead, ORGANIZATIONS, "slug,name\nacme,Acme Ltd\n"))
    assert Organization.objects.values_list("name", "production_models").get() == ("Acme Ltd", 4)
    changed = AuditEvent.objects.get(action="organization.changed")
    assert set(changed.content) == {"name"}


def test_every_bad_row_is_named_and_no_row_is_written(browser_of):
    lead = browser_of("lead")
    page = preview(lead, ORGANIZATIONS, f"{HEADERS}\nacme,Acme,4\nNo Slug,Beta,-1\n,,\n")
    invalid = page.context["result"].invalid_rows
    assert [row.number for row in invalid] == [2, 3]
    assert set(invalid[0].error_dict) == {"slug", "production_models"}
    assert "confirm_form" not in page.context or page.context["confirm_form"] is None
    assert not Organization.objects.exists()


def test_a_row_that_is_refused_after_the_preview_undoes_all(browser_of):
    lead = browser_of("lead")
    gone = Organization.objects.create(slug="beta", name="Beta")
    page = preview(lead, ORGANIZATIONS, f"id,slug,name\n,acme,Acme\n{gone.pk},beta,Beta Ltd\n")
    gone.delete()
    answer = confirm(lead, ORGANIZATIONS, page).content.decode()
    assert "Nothing was imported: look at row 2." in answer
    assert not Organization.objects.exists()


@pytest.mark.parametrize("written", ["=1+1", "+49 30", "-x", "@lead", "'quoted'", "plain"])
def test_no_exported_cell_is_a_formula_and_the_same_text_comes_back(browser_of, written):
    lead = browser_of("lead")
    Organization.objects.create(slug="acme", name=written)
    text = exported(lead, ORGANIZATIONS)
    assert (f",'{written}," in text) == (written[0] in "=+-@")
    Organization.objects.all().delete()
    without_id = "\n".join(line.partition(",")[2] for line in text.splitlines())
    confirm(lead, ORGANIZATIONS, preview(lead, ORGANIZATIONS, without_id))
    assert Organization.objects.get().name == written


def test_what_cannot_change_is_refused_by_its_row(browser_of):
    lead = browser_of("lead")
    header = "source,external_id,title,on_platform,opened_at\n"
    confirm(lead, TICKETS, preview(lead, TICKETS, f"{header}jira,ML-1,Help,true,2026-11-02 09:00\n"))
    assert Ticket.objects.get().on_platform is True
    runs = "/admin/assessments/trainingrun"
    confirm(lead, runs, preview(lead, runs, "team,model,started_at,succeeded\nsales,churn,2026-11-02 09:00,false\n"))
    run = TrainingRun.objects.get()
    page = preview(lead, runs, f"id,team\n{run.pk},other\n")
    assert "cannot be changed" in faults(page)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("slug,nonsense\nacme,1\n", "nonsense"),
        ("id,slug,name\n77,acme,Acme\n", "There is no record"),
        ("slug,name\n" + "\n".join(f"o{number},x" for number in range(MOST_ROWS + 1)), f"at most {MOST_ROWS:,}"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_a_sentence(browser_of, content, sentence):
    page = preview(browser_of("lead"), ORGANIZATIONS, content).content.decode()
    assert sentence in page
    assert "Traceback" not in page
    assert not Organization.objects.exists()


def test_another_record_is_named_by_its_name(browser_of, tmp_path):
    path = "/admin/registry/sourcetable"
    admin = browser_of("admin")
    page = preview(admin, path, "name,dataset,entity_key,event_time\norders,nowhere,customer_id,date\n")
    assert "There is no dataset 'nowhere'" in faults(page).replace("data set", "dataset")
    confirm(admin, path, preview(admin, path, 'name,entity_key,event_time\norders,"customer_id,shop",date\n'))
    assert SourceTable.objects.get().current.entity_key == ["customer_id", "shop"]
    assert "customer_id, shop" in exported(admin, path) or "customer_id" in exported(admin, path, JSON)


def test_no_page_of_an_import_or_export_has_an_inline_script_or_style(browser_of):
    """The content security policy lets no browser run them."""
    lead = browser_of("lead")
    confirm(lead, ORGANIZATIONS, preview(lead, ORGANIZATIONS, f"{HEADERS}\nacme,Acme,4\n"))
    pages = [
        lead.get(f"{ORGANIZATIONS}/export/"),
        lead.get(f"{ORGANIZATIONS}/import/"),
        preview(lead, ORGANIZATIONS, "slug,name\nacme,Acme Ltd\nbeta,<b>\n"),
        preview(lead, ORGANIZATIONS, "slug,name\nNo Slug,x\n"),
        preview(lead, ORGANIZATIONS, "slug,nonsense\nacme,x\n"),
    ]
    texts = [page.content.decode() for page in pages]
    assert [re.findall(r"<[^>]* (?:style|on\w+)=|<script>|<style", text) for text in texts] == [[]] * len(pages)
    assert "<del>Acme</del> <ins>Acme Ltd</ins>" in texts[2]
    assert "<ins>&lt;b&gt;</ins>" in texts[2]
    assert "production_models" in texts[0]


def test_who_may_not_enter_may_not_import(browser_of):
    assert browser_of("viewer").get(f"{ORGANIZATIONS}/import/").status_code in (302, 403)
    releases = "/admin/assessments/release"
    assert browser_of("lead").get(f"{releases}/import/").status_code == 200
    assert not Release.objects.exists()
