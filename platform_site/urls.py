"""Every path of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from assessments.health import panels as health_panels
from assessments.initiatives import panels as initiatives_panels
from assessments.tickets import panels as tickets_panels
from platform_site.api.fallback import not_found
from platform_site.audit import api as audit_api
from platform_site.people import api as people_api
from platform_site.people.views import teams
from platform_site.roof import readiness
from platform_site.roof.configuration.api import ConfigurationApplication, ConfigurationPlan
from platform_site.roof.home.page import home
from platform_site.roof.metrics.views import Metrics
from platform_site.roof.search.api import Search
from platform_site.roof.search.views import search_page
from platform_site.roof.views import help_page, settings_page, worker_list
from platform_site.webhooks import api as webhooks_api
from registry.checks import panels as checks_panels
from registry.client import views as client
from registry.data import panels as data_panels
from registry.features import panels as features_panels
from registry.serving import panels as serving_panels
from registry.versions import panels as versions_panels

TEAM = {
    "panels": (
        versions_panels.of_team,
        checks_panels.of_team,
        serving_panels.of_team,
        features_panels.of_team,
        initiatives_panels.of_team,
        tickets_panels.of_team,
        health_panels.of_team,
        data_panels.of_team,
    )
}
docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")
api: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", login_required(docs), name="schema-docs"),
    path("search/", Search.as_view()),
    path("configuration/plan/", ConfigurationPlan.as_view()),
    path("configuration/apply/", ConfigurationApplication.as_view()),
    path("audit-events/", audit_api.Events.as_view()),
    path("audit-events/verify/", audit_api.Verify.as_view()),
    path("audit-events/export/", audit_api.Export.as_view()),
    path("tokens/", people_api.Tokens.as_view()),
    path("tokens/<int:pk>/", people_api.Token.as_view()),
    path("teams/", people_api.Teams.as_view()),
    path("teams/<str:slug>/", people_api.Team.as_view()),
    path("access-requests/", people_api.AccessRequests.as_view()),
    path("access-requests/<int:pk>/", people_api.AccessRequest.as_view()),
    path("access-requests/<int:pk>/approve/", people_api.AccessApproval.as_view()),
    path("access-requests/<int:pk>/reject/", people_api.AccessRejection.as_view()),
    path("access-requests/<int:pk>/withdraw/", people_api.AccessWithdrawal.as_view()),
    path("service-accounts/", people_api.ServiceAccounts.as_view()),
    path("service-accounts/<str:name>/", people_api.ServiceAccount.as_view()),
    path("webhooks/", webhooks_api.Webhooks.as_view()),
    path("webhooks/<int:pk>/", webhooks_api.Webhook.as_view()),
    path("webhooks/<int:pk>/preview/", webhooks_api.Preview.as_view()),
    path("quiet-hours/", webhooks_api.QuietHours.as_view()),
    path("webhooks/<int:pk>/secret/", webhooks_api.Secret.as_view()),
    path("webhooks/<int:pk>/test/", webhooks_api.Test.as_view()),
    path("webhooks/<int:pk>/deliveries/", webhooks_api.Deliveries.as_view()),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/redeliver/", webhooks_api.Redelivery.as_view()),
    path("", include("registry.api_urls")),
    path("", include("assessments.api_urls")),
    re_path(r"^.*$", not_found),
]
urlpatterns = [
    path("healthz", readiness.healthz),
    path("readyz", readiness.readyz),
    path("metrics", Metrics.as_view(), name="metrics"),
    path("gate.py", client.gate_script, name="gate_script"),
    path("simple/", client.index, name="package_index"),
    path("simple/plumbline/", client.project, name="package"),
    path("simple/plumbline/<str:name>", client.download, name="package_file"),
    path("", include("platform_site.people.urls")),
    path("", home, name="dashboard"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/<str:slug>/", teams.team, TEAM, name="team"),
    path("teams/<str:slug>/edit/", teams.edit, name="team_edit"),
    path("search/", search_page, name="search"),
    path("settings/", settings_page, name="settings"),
    path("help/", help_page, name="help"),
    path("workers/", worker_list, name="workers"),
    path("guide/", include("platform_site.roof.guide.urls")),
    path("", include("assessments.urls")),
    path("registry/", include("registry.urls")),
    path("audit/", include("platform_site.audit.urls")),
    path("webhooks/", include("platform_site.webhooks.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
]
handler400, handler403 = "platform_site.roof.views.bad_request", "platform_site.roof.views.forbidden"
handler404, handler500 = "platform_site.roof.views.missing", "platform_site.roof.views.crashed"
