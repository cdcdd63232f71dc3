"""The model card of a version, and the form for its texts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_accept_difference, can_contribute, require
from platform_site.pages import LONGEST_REASON, act_and_redirect, actor
from registry.regulation.actions.card_texts import review_card_texts, save_card_texts
from registry.regulation.forms import CardTextsForm
from registry.regulation.queries import model_cards
from registry.regulation.rules.model_card import EMPTY, LAW, empty_headings
from registry.versions.queries import model_versions


@require_safe
def model_card(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The card of a version, as a page or with `?format=md` as Markdown."""
    card, me = model_cards.card_of(model_versions.version(name, version)), actor(request)
    if request.GET.get("format") == "md":
        answer = HttpResponse(card.markdown, content_type="text/markdown; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}-{version}-model-card.md"'
        return answer
    texts = card.texts
    context = {
        "version": card.version,
        "card": card,
        "law": LAW,
        "nothing": EMPTY,
        "empty": empty_headings(card.entries),
        "may_write": can_contribute(me, card.version.model.owner_team.slug),
        "may_review": texts and not texts.reviewed_by and can_accept_difference(me, texts.saved_by),
    }
    return render(request, "registry/regulation/model_card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_texts(request: HttpRequest, name: str) -> HttpResponse:
    """The form for the texts of a model's card."""
    model = model_versions.model(name)
    team = model.owner_team.slug
    require(
        can_contribute(actor(request), team), f"Only contributors of team {team} write the texts of its models' cards."
    )
    before = model_cards.newest_texts(model)
    form = CardTextsForm(request.POST or None, initial=before.texts if before else {})
    if form.is_valid():
        saved = form.act(save_card_texts, model, form.texts, reason=form.cleaned_data["reason"], actor=actor(request))
        if saved:
            row, created = saved
            done = (
                f"Version {row.number} of the texts is in force."
                if created
                else "Nothing differs from what is in force."
            )
            messages.success(request, done)
            return redirect("registry:model", name)
    status = 422 if form.errors else 200
    return render(
        request, "registry/regulation/card_texts.html", {"model": model, "form": form, "before": before}, status=status
    )


@require_POST
def review_texts(request: HttpRequest, name: str) -> HttpResponse:
    """Review the texts in force."""
    model, number = model_versions.model(name), request.POST.get("number", "")
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    return act_and_redirect(
        request,
        lambda: review_card_texts(
            model, int(number) if number.isdecimal() and len(number) < 9 else 0, reason=reason, actor=actor(request)
        ),
        done="You reviewed the texts of the model card.",
        to=resolve_url("registry:model", name),
    )
