"""Postmortems: the list, each with its timeline, the form, and the links to something in the registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Organization, Postmortem
from assessments.organizations.queries import list_organizations
from assessments.organizations.views import of_one_organization
from assessments.postmortems import charts as charts
from assessments.postmortems import queries as postmortems
from assessments.postmortems.actions import WHO, publish_postmortem
from assessments.postmortems.forms import PostmortemForm, initial_for_correction
from assessments.postmortems.rules import MEANINGS, Classification, LinkKind, as_markdown, people_named
from platform_site.access import can_assess, can_write_postmortem, require
from platform_site.pages import Table, actor, page_of, page_or_csv
from platform_site.text.wording import label

SHOWN = 5
FILTERS = ("capability", "classification")
COLUMNS = [
    "Number", "Incident", "Happened", "Could have been seen", "Seen", "How late it was seen", "Kind of cause", "Prevented by", "State",
]  # fmt: skip


@require_safe
@of_one_organization
def postmortem_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """An organization's postmortems, or those of a capability or something in the registry."""
    rows, chosen = postmortems.list_postmortems(), {}
    if kind := next((kind for kind in LinkKind if request.GET.get(kind)), None):
        chosen[str(kind)] = request.GET[kind][:128]
        rows = postmortems.linked_to(kind, chosen[str(kind)])
    rows = rows.filter(organization=organization)
    everything = postmortems.list_postmortems().filter(organization=organization)
    for name in FILTERS:
        if wanted := request.GET.get(name, "")[:128]:
            chosen[name] = wanted
            rows = (
                postmortems.prevented_by(rows, wanted) if name == "capability" else rows.filter(classification=wanted)
            )
    page = page_of(request, rows)
    context = {
        "page_obj": page,
        "chosen": chosen,
        "everything": everything,
        "may_write": can_write_postmortem(actor(request)),
    }
    return page_or_csv(
        request, "assessments/postmortems/list.html", context, [Table("postmortems", COLUMNS, _cells(rows))]
    )


def _cells(rows: QuerySet[Postmortem]) -> Iterator[list[Any]]:
    for row in rows:
        prevented_by = ", ".join(prevention.capability for prevention in row.preventions)
        moments = [moment.isoformat() for moment in (row.happened_at, row.would_have_been_seen_at, row.seen_at)]
        yield [row.pk, row.title, *moments, row.sentence, label(row.classification), prevented_by, label(row.state)]


@require_safe
def linked(request: HttpRequest) -> HttpResponse:
    """The postmortems that link to something in the registry: a fragment for its page."""
    kind, name = request.GET.get("kind", ""), request.GET.get("name", "")[:128]
    linked_rows = list(postmortems.linked_to(kind, name)[: SHOWN + 1]) if kind in list(LinkKind) else []
    context = {
        "postmortems": linked_rows[:SHOWN],
        "more": len(linked_rows) > SHOWN,
        "kind": kind,
        "name": name,
        "may_write": can_write_postmortem(actor(request)),
    }
    return render(request, "assessments/postmortems/links.html", context)


@require_safe
def postmortem(request: HttpRequest, pk: int) -> HttpResponse:
    """One postmortem: the summary, the timeline, what would have prevented the incident, the lessons."""
    subject, reader = postmortems.get_postmortem(pk), actor(request)
    context = {
        "postmortem": subject,
        "meaning": MEANINGS[Classification(subject.classification)],
        "chart": (chart := charts.timeline(subject)),
        "corrections": postmortems.corrections_of(subject),
        "warnings": [] if subject.is_published else people_named(subject.lessons, postmortems.names_of_people()),
        "may_write": can_write_postmortem(reader),
        "may_publish": can_assess(reader) and not subject.is_published,
    }
    return page_or_csv(request, "assessments/postmortems/postmortem.html", context, [chart])


@require_safe
def markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """One postmortem as a Markdown file."""
    subject = postmortems.get_postmortem(pk)
    name = {"Content-Disposition": f'attachment; filename="postmortem-{pk}.md"'}
    return HttpResponse(as_markdown(subject), content_type="text/markdown; charset=utf-8", headers=name)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a postmortem; filled in when it corrects one or starts from something in the registry."""
    require(can_write_postmortem(actor(request)), WHO)
    number = request.GET.get("corrects", "")
    corrects = postmortems.get_postmortem(int(number)) if number.isdecimal() and len(number) < 10 else None
    named_links = (f"{kind} {request.GET[kind][:128]}" for kind in LinkKind if request.GET.get(kind))
    blank = {"links": "\n".join(named_links), "organization": list_organizations().first()}
    initial = initial_for_correction(corrects) if corrects else blank
    form = PostmortemForm(request.POST or None, initial=initial, corrects=corrects, actor=actor(request))
    return _answer(request, form, corrects)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    require(can_write_postmortem(actor(request)), WHO)
    draft = postmortems.get_postmortem(pk)
    if draft.is_published and request.method != "POST":
        return redirect("assessments:postmortem", pk)
    return _answer(request, PostmortemForm(request.POST or None, instance=draft, actor=actor(request)))


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    publish_postmortem(postmortems.get_postmortem(pk), actor=actor(request))
    messages.success(request, "Postmortem published. It can no longer be changed.")
    return redirect("assessments:postmortem", pk)


def _answer(request: HttpRequest, form: PostmortemForm, corrects: Postmortem | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and (draft := form.submit()):
        for warning in people_named(draft.lessons, postmortems.names_of_people()):
            messages.warning(request, warning)
        messages.success(request, "Draft saved. A lead can publish it.")
        return redirect("assessments:postmortem", draft.pk)
    context = {"form": form, "corrects": corrects, "postmortem": form.instance if form.instance.pk else None}
    return render(request, "assessments/postmortems/form.html", context, status=422 if form.errors else 200)
