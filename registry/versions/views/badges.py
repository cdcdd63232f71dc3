"""The badge of a model: an image whose address is a secret of its own, so that a README can show it without a sign-in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from platform_site.errors import Unknown
from platform_site.templatetags.states import look_of
from registry.versions.queries import model_list, model_versions
from registry.versions.rules.badge import badge

CACHED_S = 60


@login_not_required
@require_safe
def model_badge(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """How a model stands, as SVG. Another key is as unknown as another name."""
    if not any(constant_time_compare(key, own) for own in model_list.badge_keys(name)):
        raise Unknown(f"There is no badge at this address: {name}.")
    entry = model_list.listed([model_versions.model(name)])[0]
    look = look_of(entry.state)
    answer = HttpResponse(badge(name, look.label, look.tone), content_type="image/svg+xml")
    answer["Cache-Control"] = f"max-age={CACHED_S}"
    return answer
