"""The search over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from assessments.organizations.api import OfOneOrganization
from platform_site.api.views import Read
from platform_site.roof.search.queries import LABELS, MOST, SHOWN, cleaned, search, summary
from platform_site.roof.search.serializers import SearchOutput


class Search(OfOneOrganization, Read):
    """Search everything that has a name, a hash or SQL, and the pages of the site.

    At most 5 of each kind are answered; with `kind` at most 100 of that one. Tickets, initiatives and postmortems are
    those of one organization.
    """

    serializer_class = SearchOutput
    get_verb = "read"
    parameters = (
        OpenApiParameter("q", str, required=True, description="2 to 200 characters: every word has to occur."),
        OpenApiParameter("kind", str, enum=list(LABELS), description="Only this kind, and all of it up to 100."),
    )

    def content(self) -> Any:
        text = cleaned(self.request.query_params.get("q", ""))
        kind = self.request.query_params.get("kind", "")
        groups = search(text, self.organization, self.actor, kind=kind, shown=MOST if kind else SHOWN)
        return {"query": text, "groups": groups} | summary(groups)
