"""Checks: the list, one check with its runs, a new one filled in from the data."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_run_check
from platform_site.errors import Invalid, Refusal
from platform_site.pages import actor, page_of, show_errors
from registry.checks.actions.checks import change_check, define_check, define_parity, request_run
from registry.checks.forms.base import CheckForm
from registry.checks.forms.checks import FORMS, ScheduleForm
from registry.checks.queries import check_faults, check_proposals, checks
from registry.compute.kinds.report import Report
from registry.data.queries import datasets
from registry.features.queries import features
from registry.models import Check
from registry.versions.queries import model_versions

CALL = 'curl -fsS -X POST -H "Authorization: Bearer $PLUMBLINE_TOKEN" {}'


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """Every check with its newest run."""
    kind = request.GET.get("kind", "")
    rows = checks.checks().filter(kind=kind) if kind else checks.checks()
    page = page_of(request, rows)
    newest = {run.pk: run for run in checks.runs().filter(pk__in=[check.newest_run_id for check in page])}
    context = {
        "page_obj": page,
        "rows": [(check, newest.get(check.newest_run_id)) for check in page],
        "everything": Check.objects.all(),
        "kinds": Check.Kind.choices,
        "kind": kind,
        "may_define": can_run_check(actor(request)),
    }
    return render(request, "registry/checks/list.html", context)


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check, its runs, and when it runs by itself."""
    check = checks.get_check(pk)
    page = page_of(request, checks.runs().filter(check_definition=check))
    newest = checks.newest_result(check)
    now = {"schedule": check.schedule, "blocking": check.blocking, "seen": check.how_it_runs}
    form = ScheduleForm(initial=now)
    context = {"check": check, "page_obj": page, "form": form, "windows": newest.get("windows")}
    context["compared"] = newest.get("sentence", "")
    address = request.build_absolute_uri(f"{get_script_prefix()}api/v1/checks/{pk}/runs/")
    context |= {"call": CALL.format(address), "may_run": can_run_check(actor(request))}
    return render(request, "registry/checks/check.html", context)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule a check, or let it block."""
    check, form = checks.get_check(pk), ScheduleForm(request.POST)
    if form.is_valid() and form.act(
        change_check, check, **form.cleaned_data | {"seen": form.cleaned_data["seen"] or None}, actor=actor(request)
    ):
        messages.success(request, "Saved.")
        return redirect("registry:check", pk)
    show_errors(request, form)
    return redirect("registry:check", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new check: filled in from the data, previewed on a sample, defined and run."""
    kind = request.GET.get("kind", "")
    if kind not in FORMS:
        sets = datasets.datasets().values_list("name", flat=True)
        return render(
            request, "registry/checks/kinds.html", {"datasets": sets, "chosen": request.GET.get("dataset", "")}
        )
    if request.method == "POST":
        form = FORMS[kind](request.POST)
    else:
        form = FORMS[kind](initial=_initial(request, kind, request.GET.get("dataset", "")))
    context = {"form": form, "kind": Check.Kind(kind), "has_preview": kind in check_faults.PARAMETERS}
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST and context["has_preview"]:
            report = form.act(_preview, kind, form)
            seen = {"report": report, "sampled": check_proposals.sampled(kind, report) if report else ""}
            return render(request, "registry/checks/new.html", context | seen, status=422 if form.errors else 200)
        run = form.act(_define_and_run, request, kind, form)
        if run:
            return redirect("registry:run", run.pk)
    return render(request, "registry/checks/new.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, kind: str, name: str) -> dict[str, object]:
    if not name:
        return {}
    try:
        return check_proposals.initial(kind, datasets.dataset(name))
    except Refusal as refusal:
        messages.warning(request, f"The form could not be filled in from the data. {refusal}")
        return {}


def _preview(kind: str, form: CheckForm) -> Report:
    faults, parameters = check_faults.parsed(kind, form.parameters())
    if faults or parameters is None:
        raise Invalid(faults)
    return check_proposals.preview(kind, parameters)


def _define_and_run(request: HttpRequest, kind: str, form: CheckForm) -> object:
    check = _defined_parity(request, form) if kind == Check.Kind.DEFINITION_PARITY else _defined(request, kind, form)
    return request_run(check, actor=actor(request))


def _defined(request: HttpRequest, kind: str, form: CheckForm) -> Check:
    name = form.cleaned_data["model"]
    model = model_versions.model(name) if name else None
    return define_check(kind, **form.arguments(), model=model, actor=actor(request))


def _defined_parity(request: HttpRequest, form: CheckForm) -> Check:
    values = form.cleaned_data
    feature = features.feature(values["feature"])
    versions = (features.version(feature, values[role]) for role in ("trained", "current"))
    named = {name: values[name] for name in ("name", "blocking")}
    return define_parity(*versions, parameters=form.parameters(), **named, actor=actor(request))
