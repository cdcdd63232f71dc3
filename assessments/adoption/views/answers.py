"""Answers that mean the same are counted as one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assessments.adoption.actions import merge_answers, separate_answers
from assessments.adoption.actions.merging import ONLY_LEADS
from assessments.adoption.forms import MergeForm
from assessments.adoption.queries.figures import all_answers
from assessments.adoption.rules.adoption import count_answers
from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_assess, require
from platform_site.pages import act_and_redirect, actor


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def merge(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Every answer that was ever given, with its teams; those that mean the same can be merged."""
    answers = count_answers(all_answers(organization))
    form = MergeForm(request.POST or None, answers=answers)
    if request.method == "POST":
        require(can_assess(actor(request)), ONLY_LEADS)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if (
            form.act(merge_answers, organization, fields["wordings"], into=fields["into"], actor=actor(request))
            is not None
        ):
            return redirect("assessments:adoption_answers")
    merged = [answer for answer in answers if len(answer.wordings) > 1]
    context = {"form": form, "answers": answers, "merged": merged, "may_merge": can_assess(actor(request))}
    return render(request, "assessments/adoption/answers.html", context, status=422 if form.errors else 200)


@require_POST
@of_one_organization
def separate(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Count merged answers apart again."""
    merged = request.POST.get("merged", "")[:300]
    return act_and_redirect(
        request,
        lambda: separate_answers(organization, merged, actor=actor(request)),
        done=lambda count: f"{count:,} answers are counted by their own words again.",
        to="assessments:adoption_answers",
    )
