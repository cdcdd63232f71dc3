"""One of everything, owned by two teams, and somebody of every kind to try each door."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from assessments.health.actions.health_alerts import follow_figures
from assessments.health.rules.health_alerts import Figure, Observed, Pair
from assessments.models import HealthAlert, Organization, TrainingRun
from assessments.organizations.actions import add_organization, archive_organization
from assessments.tickets.actions.campaigns import start_campaign
from platform_site.access import SYSTEM, Actor, Role, actor_of
from platform_site.audit.models import AuditEvent
from platform_site.people import actions
from platform_site.people.actions.requests import request_access
from platform_site.people.models import ApiToken, Team, User
from platform_site.people.rules.powers import Powers
from platform_site.webhooks.actions.deliveries import send_test
from platform_site.webhooks.models import Webhook
from registry.checks.actions.execution import execute
from registry.models import Alert, CheckRun, Feature, RegisteredModel
from registry.versions.queries.model_list import badge_key
from tests.assessments.conftest import INCIDENT, LESSONS, stated
from tests.registry.conftest import ARTIFACT, FIXED, HEX, TRAINED
from tests.registry.imports.documents import DBT, FEAST

PASSWORD = "a plumb line hangs true"
OWN, OTHER = ["forecasting", "data-platform"], ["ml-platform"]
PEOPLE = {
    "viewer": ([Role.VIEWER], []),
    "other team": ([Role.CONTRIBUTOR], OTHER),
    "owner": ([Role.CONTRIBUTOR], OWN),
    "approver": ([Role.APPROVER], OTHER),
    "lead": ([Role.LEAD], OTHER),
    "administrator": ([Role.ADMINISTRATOR], []),
}
KINDS = ("anonymous", *PEOPLE, "service account")
EVERY_SCOPE = ("read", "write", "approve", "admin")
V1 = "/api/v1"
STEPS = [{"percent": 5, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]


def name_of(kind: str) -> str:
    return kind.replace(" ", "-")


class World:
    """The people with a client each, and the ids that addresses are filled in with."""

    def __init__(self, data_root: Path) -> None:
        self.ids: dict[str, Any] = {}
        self._people()
        self._registry(data_root)
        self._health()
        self._site()
        self._parity_first()
        self._fast_lane()
        self._observation()
        self._card()
        ApiToken.objects.update(last_used_at=timezone.now())  # a first use would be an event of its own

    def call(self, kind: str, method: str, path: str, body: Any = None):
        """One request, as that kind of caller makes it: a program over the API, a person in the browser."""
        if path.startswith("/api/") and not path.startswith("/api/v1/docs/"):
            result = (
                {}
                if body is None
                else {"data": body, "format": "multipart" if any(name.endswith("file") for name in body) else "json"}
            )
            return getattr(self.programs[kind], method.lower())(path, **result)
        visitor = self.visitor
        visitor.cookies.clear()
        if kind in self.sessions:  # a session of its own for each call: signing out would end the next one's
            visitor.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[kind]
        return getattr(visitor, method.lower())(path, body or {})

    def sequence(self) -> int:
        """How far the log has come."""
        return AuditEvent.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0

    def _people(self) -> None:
        for slug in (*OWN, *OTHER):
            actions.create_team(slug=slug, name=slug.title(), actor=SYSTEM)
        users = {
            kind: actions.create_user(username=name_of(kind), password=PASSWORD, roles=roles, teams=teams, actor=SYSTEM)
            for kind, (roles, teams) in PEOPLE.items()
        }
        users["service account"] = actions.create_service_account(
            name="service-account", team="forecasting", roles=[Role.CONTRIBUTOR], owner="owner", actor=SYSTEM
        )
        self.users = {kind: User.objects.get(pk=user.pk) for kind, user in users.items()}
        self.visitor = Client(raise_request_exception=False)
        self.programs, self.sessions = {"anonymous": APIClient(raise_request_exception=False)}, {}
        for kind, user in self.users.items():
            maker = SYSTEM if user.is_service else actor_of(user)
            token = actions.make_token(user, scopes=EVERY_SCOPE, actor=maker)
            self.programs[kind] = APIClient(raise_request_exception=False)
            self.programs[kind].credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
            visitor = Client()
            visitor.force_login(user)
            self.sessions[kind] = visitor.cookies[settings.SESSION_COOKIE_NAME].value

    def made(self, kind: str, path: str, body: Any = None, method: str = "POST") -> Any:
        """What the API answers to a request that must succeed."""
        answer = self.call(kind, method, V1 + path, {} if body is None else body)
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.content.decode()[:500]}"
        return answer.json() if answer.content else None

    def _registry(self, data_root: Path) -> None:
        table = {
            "order_id": list(range(1, 8)),
            "customer_id": [1, 1, 1, 1, 2, 2, 2],
            "date": [date(2024, 3, day) for day in (1, 2, 3, 4, 1, 2, 3)],
            "order_count": [4.0, None, 6.0, 8.0, 1.0, 2.0, None],
        }
        for name, more in (("orders", 0.0), ("more", 1.0)):
            table["order_count"][0] += more
            pq.write_table(pa.table(table), data_root / f"{name}.parquet")
        orders = {"name": "orders", "kind": "parquet", "location": "orders.parquet", "key": ["order_id"]}
        self.made("owner", "/datasets/", orders | {"event_time": "date"})
        self.made("owner", "/datasets/", orders | {"name": "more", "location": "more.parquet"})
        self.ids |= {"datasets/<str:name>/snapshots": "more", "datasets/<str:name>/snapshot": "more"}
        snapshot = self.made("owner", "/datasets/orders/snapshots/")["digest"]
        source = {"name": "orders", "dataset": "orders", "entity_key": ["customer_id"], "event_time": "date"}
        self.made("owner", "/source-tables/", source | {"owner_team": "data-platform"})
        feature = {"name": "orders_3d", "owner_team": "data-platform", "reason": "first"}
        trained = self.made("owner", "/features/", feature | TRAINED.as_dict())["version"]
        self.made("owner", "/models/", {"name": "demand", "owner_team": "forecasting", "model_type": "regression"})
        parts = {
            "code_commit": HEX[:40], "data_snapshot": snapshot, "feature_snapshot": {"orders_3d": trained},
            "container_digest": f"sha256:{HEX}", "hyperparameters": {"depth": 3},
            "evaluations": [{"metric": "mape", "value": 0.12}],
        }  # fmt: skip
        self.ids |= {"lineage": parts, "artifact": ARTIFACT, "snapshot": snapshot, "trained": trained}
        for version in ("v1", "v2"):
            self.made("owner", "/models/demand/versions/", {"version": version, "artifact": ARTIFACT, "lineage": parts})
            self.made("owner", f"/models/demand/versions/{version}/promote/", {"to": "staging"})
        for version in ("v1", "v2"):
            self.made("owner", f"/models/demand/versions/{version}/promote/", {"to": "production"})
        self.made("owner", "/models/demand/versions/", {"version": "v0", "artifact": ARTIFACT, "lineage": parts})
        without = parts | {"feature_snapshot": {}, "uses_no_features": True}
        self.made("owner", "/models/demand/versions/", {"version": "n0", "artifact": ARTIFACT, "lineage": without})
        self.ids["<str:version>/confirm-no-features"] = "n0"
        self.ids["<str:version>/promote"] = "v0"  # the others serve, and what serves is not archived
        self._serving()
        current = self.made("owner", "/features/", feature | FIXED.as_dict())["version"]
        self.ids["current"] = current
        self._governance()

    def _parity_first(self) -> None:
        """A third definition of the feature, which waits for its parity check."""
        Feature.objects.filter(name="orders_3d").update(requires_parity=True)
        definition = FIXED._replace(data_type="float32").as_dict()
        feature = {"name": "orders_3d", "owner_team": "data-platform", "reason": "smaller"}
        waits = self.made("owner", "/features/", feature | definition)["version"]
        self.ids["waits"] = waits
        self.ids["<str:version>/accept"] = waits

    def _fast_lane(self) -> None:
        """A standing approval that waits, requested under the policies that are there."""
        limits = {"limits": [{"metric": "mape", "max_worse": 0.02}], "reason": "Retrained each night."}
        self.ids["standing-approvals/<int:pk>"] = self.made("owner", "/models/demand/fast-lane/", limits, "PUT")["id"]

    def _serving(self) -> None:
        target = {"model": "demand", "version": "v1", "environment": "production"}
        values = target | {"traffic_percent": 100, "thresholds": {"alarm": 0.5}, "feature_pins": {}}
        for percent in (100, 60):
            waiting = self.made("owner", "/deployments/", values | {"thresholds": {"alarm": percent / 200}})
            self.made("approver", f"/change-requests/{waiting['id']}/approve/", {"reason": "Seen."})
        self.ids["deployments/<int:pk>"] = self.made("viewer", "/deployments/", method="GET")["results"][0]["id"]
        self.made("owner", "/models/demand/versions/v2/pins/", {"orders_3d": self.ids["trained"]}, "PUT")
        second = target | {"version": "v2", "environment": "staging"}
        waiting = self.made("owner", "/rollouts/", second | {"steps": STEPS})["id"]
        self.made("approver", f"/change-requests/{waiting}/approve/", {"reason": "Seen."})
        self.ids["rollouts/<int:pk>"] = self.made("viewer", "/rollouts/", method="GET")["results"][0]["id"]
        again = values | {"version": "v2", "environment": "elsewhere"}
        self.ids["change-requests/<int:pk>"] = self.made("owner", "/deployments/", again)["id"]
        links = self.made("owner", f"/change-requests/{self.ids['change-requests/<int:pk>']}/links/")
        url = next(link["url"] for link in links if link["approver"] == "approver")
        self.ids["approval-links/<str:token>"] = url.rstrip("/").rpartition("/")[2]
        window = [(timezone.now() - timedelta(minutes=ago)).isoformat() for ago in (60, 0)]
        report = {"window": window, "features": {"orders_3d": {"version": self.ids["trained"]}}, "error_rate": 0.0}
        self.report = target | report | {"latency_ms": {"p50": 1, "p95": 2}, "predictions": 10}
        self.made("owner", "/serving-reports/", self.report)
        decision = {"external_id": "a-1", "decided_at": window[0], "environment": "production"}
        self.decision = decision | {"inputs_digest": HEX, "prediction": 0.4, "outcome": "declined"}
        self.made("owner", "/models/demand/versions/v1/decisions/", self.decision)
        result = self.made("viewer", "/models/demand/versions/v1/decisions/", method="GET")["results"][0]
        self.ids["decisions/<int:pk>"] = result.get("id", 1)
        pack = self.call("viewer", "GET", f"{V1}/models/demand/versions/v1/regulator-pack/", {})
        self.ids["receipts/<int:event>"] = pack["X-Plumbline-Receipt"]

    def _governance(self) -> None:
        ends = (timezone.now() + timedelta(days=7)).isoformat()
        values = {"model": "demand", "version": "v1", "reason": "Friday.", "expires_at": ends}
        now = timezone.now()
        self.ids |= {"now": now.isoformat(), "later": (now + timedelta(minutes=1)).isoformat()}
        self.ids["in_a_week"] = (now + timedelta(weeks=1)).strftime("%Y-%m-%d")
        self.ids["soon_local"] = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
        self.ids |= {
            "soon": ends,
            "override": values,
            "overrides/<int:pk>": self.made("owner", "/overrides/", values)["id"],
        }
        floor = {"name": "floor", "checks": [{"metric": "mape", "operator": "<=", "threshold": 0.5}], "reason": "first"}
        self.made("lead", "/gate-policies/", floor)
        looser = floor | {"checks": [{"metric": "mape", "operator": "<=", "threshold": 0.9}]}
        self.ids["approval-requests/<int:pk>"] = self.made("lead", "/gate-policies/", looser)["id"]
        waiting = CheckRun.objects.get()
        execute(waiting.pk)  # before another is asked for, which would be the same run while this one waits
        self.ids["check-runs/<int:pk>/cancel"] = self.ids["checks/runs/<int:pk>/cancel"] = self._again(waiting)
        check = self.made(
            "owner", "/checks/", {"name": "orders", "kind": "schema", "dataset": "orders", "model": "demand"}
        )
        run = self.made("owner", f"/checks/{check['id']}/runs/")["id"]
        execute(run)
        self.ids |= {"checks/<int:pk>": check["id"], "checks/runs/<int:pk>": run, "check-runs/<int:pk>": run}
        self.ids |= dict.fromkeys(("runs/<int:pk>/worst", "runs/<int:pk>/differing", "<int:pk>/markdown"), waiting.pk)
        model = RegisteredModel.objects.get(name="demand")
        alert = Alert.objects.first() or Alert.objects.create(
            model=model, title="Skew", key="skew", state=Alert.State.OPEN, opened_at=timezone.now()
        )
        self.ids["alerts/<int:pk>"] = alert.pk

    def _card(self) -> None:
        """Texts of the model's card that another person has not reviewed, and the address of its badge."""
        self.made("owner", "/models/demand/card-texts/", {"texts": {"risks": "Strikes."}, "reason": "First."}, "PUT")
        self.made("owner", "/models/demand/aliases/champion/", {"version": "v2"}, "PUT")
        self.ids |= {"aliases/<str:alias>": "champion", "badge": badge_key("demand"), "scorecards/<str:name>": "demand"}

    def _observation(self) -> None:
        """What somebody of another team reports of the table that has the name of a source table."""
        event = {
            "eventType": "COMPLETE", "eventTime": "2026-11-04T08:00:00Z", "producer": "https://dbt.example",
            "run": {"runId": "01a22e0d-b9c2-7548-9f5a-db18cc95ed16"},
            "job": {"namespace": "dbt", "name": "orders", "facets": {"sql": {"query": "select 1", "dialect": "duckdb"}}},
            "outputs": [{"namespace": "duckdb://shop", "name": "shop.main.orders"}],
        }  # fmt: skip
        assert self.made("other team", "/lineage", event)["waiting"] == ["orders"]
        row = self.made("viewer", "/lineage/observations/", method="GET")["results"][0]["id"]
        self.ids["lineage/observations/<int:pk>"] = self.ids["registry/lineage/<int:pk>"] = row

    def _again(self, run: CheckRun) -> int:
        return self.made("owner", f"/checks/{run.check_definition_id}/runs/")["id"]

    def _health(self) -> None:
        self.made("lead", "/organizations/", {"slug": "exampleco", "name": "ExampleCo"})
        begun = {"organization": "exampleco", "assessed_on": "2026-11-02", "model_count": 1}
        done, draft = (self.made("lead", "/assessments/", begun | {"items": stated()})["id"] for _ in range(2))
        self.made("lead", f"/assessments/{done}/publish/")
        item = User._meta.apps.get_model("assessments", "AssessmentItem").objects.filter(assessment_id=draft).first()
        self.ids |= {"assessments/<int:pk>": draft, "<int:item>": item.pk, "published": done, "revision": item.revision}
        self.ids["assessments/<int:pk>/correct"] = done
        answers = {"team": "forecasting", "answers": [{"capability": "audit_log", "status": "missing"}]}
        self.ids["<int:answer>"] = self.made("owner", f"/assessments/{draft}/answers/", answers)[0]["id"]
        own = {"organization": "exampleco", "name": "own_one", "group": "Training", "description": "Our own"}
        self.made("lead", "/capabilities/", own)
        self.ids["capabilities/<str:name>"] = "own_one"
        self.ids |= {"organization_pk": item.assessment.organization_id, "capability_pk": item.capability_id}
        retired = {"capability": "project_templates", "reason": "One team alone."}
        self.made("lead", "/organizations/exampleco/retirements/", retired)
        self.ids["retirements/<str:name>"] = "project_templates"
        self.postmortem = {"organization": "exampleco", "lessons": LESSONS} | {
            name: value if isinstance(value, str) else value.isoformat() for name, value in INCIDENT.items()
        }
        self.ids["postmortems/<int:pk>"] = self.made("lead", "/postmortems/", self.postmortem)["id"]
        initiative = {
            "organization": "exampleco",
            "title": "Lineage",
            "capabilities": ["lineage"],
            "owner": "team:forecasting",
        }
        self.ids["initiatives/<int:pk>"] = self.made("lead", "/initiatives/", initiative)["id"]
        self.ids["next_quarter"] = (timezone.localdate() + timedelta(days=90)).isoformat()
        goal = {"score": 60, "due_on": self.ids["next_quarter"]}
        self.made("lead", "/organizations/exampleco/target/", goal, "PUT")
        leave = {"organization": "exampleco", "capability": "compute_scaling", "reason": "No budget."}
        made = self.made("lead", "/exemptions/", leave | {"ends_on": self.ids["next_quarter"]})["id"]
        self.ids |= {"exemptions/<int:pk>": made, "health-alerts/<int:pk>": self._health_alert()}
        ticket = {
            "source": "jira",
            "external_id": "ML-1",
            "title": "Access to the queue",
            "opened_at": (timezone.now() - timedelta(days=1)).isoformat(),  # inside the weeks of a triage
        }
        self.ids["tickets/<int:pk>"] = self.made("owner", "/tickets/", ticket | {"team": "forecasting"})["id"]
        hatch = {"name": "Streaming input", "offers": "A queue.", "how_to_use": "Ask.", "owner_team": "forecasting"}
        self.ids["team_pk"] = Team.objects.get(slug="forecasting").pk
        self.ids["escape-hatches/<int:pk>"] = self.made("lead", "/escape-hatches/", hatch)["id"]
        self.ids["tickets/queue/<int:pk>"] = self.ids["tickets/<int:pk>"]
        former = add_organization(slug="former", name="Former", actor=SYSTEM)
        self.ids["tickets/campaigns/<int:pk>"] = start_campaign(former, people=["lead"], actor=SYSTEM).pk
        archive_organization(former, archived=True, actor=SYSTEM)  # so that nobody has to choose between two
        plan = {"assessment": done, "reductions": {"access": 0.8}}
        self.ids["tickets/plans/<int:pk>"] = self.made("lead", "/tickets/plans/", plan)["id"]
        offered = self.call(
            "owner", "POST", "/tickets/import/", {"file": tickets_file(), "format": "csv", "source": "desk"}
        )
        assert offered.status_code == 302, offered.content.decode()[:500]
        self.ids["tickets/imports/<int:pk>"] = self.ids["ticket-imports/<int:pk>"] = int(
            offered.url.rstrip("/").rpartition("/")[2]
        )
        for noun, body in REPORTED.items():
            made = self.made("owner", f"/{noun}/", body)
            self.ids[f"{noun}/<int:pk>"] = made["id"] if "id" in made else TrainingRun.objects.latest("pk").pk

    def _site(self) -> None:
        hook = {"url": "https://93.184.216.34/hook", "events": ["alert.*"]}
        made = self.made("lead", "/webhooks/", hook)["id"]
        self.ids["webhooks/<int:pk>"] = made
        plan = self.call(
            "owner", "POST", f"{V1}/imports/dbt/", {"file": FILES["{dbt}"](), "owner_team": "data-platform"}
        ).json()
        self.ids |= {"imports/<int:pk>": plan["id"], "digest": plan["digest"]}
        sent = send_test(Webhook.objects.get(pk=made), actor=actor_of(self.users["lead"]))
        self.ids["<int:delivery>"] = sent.pk
        token = actions.issue_token(self.users["owner"], name="own", actor=actor_of(self.users["owner"])).token
        self.ids["tokens/<int:pk>"] = token.pk
        self.ids["access-requests/<int:pk>"] = self._access_request("contributor", by="ada")
        self.ids["access-requests/<int:pk>/withdraw"] = self._access_request("lead", by=name_of("administrator"))

    def _health_alert(self) -> int:
        august = Observed(41.2, "assessment of 2026-08-01", date(2026, 8, 1))
        november = Observed(33.3, "assessment of 2026-11-01", date(2026, 11, 1))
        with transaction.atomic():
            organization = Organization.objects.get(slug="exampleco")
            follow_figures(organization, {Figure.SCORE: Pair(august, november)}, timezone.now())
        return HealthAlert.objects.get().pk

    def _access_request(self, role: str, *, by: str) -> int:
        newcomer, _ = User.objects.get_or_create(username="newcomer")
        with transaction.atomic():
            return request_access(newcomer, Powers({role}, set()), actor=Actor(by)).pk


REPORTED = {
    "training-runs": {
        "team": "forecasting",
        "model": "demand",
        "started_at": "2026-11-02T09:00:00Z",
        "succeeded": True,
    },
    "projects": {"name": "returns", "team": "forecasting", "started_on": "2026-11-01", "on_platform": True},
    "use-cases": {"name": "batch", "team": "forecasting", "supported": True, "on_platform": True},
    "showstoppers": {"team": "forecasting", "answer": "GPU quota", "day": "2026-11-03"},
    "releases": {"name": "gates", "started_on": "2026-08-03", "released_on": "2026-10-12"},
}


def tickets_file() -> Any:
    rows = b"external_id,title,opened_at\nML-7,Access to the cluster,2026-11-02T09:00:00Z\n"
    return SimpleUploadedFile("tickets.csv", rows, "text/csv")


def dbt_file() -> Any:
    return SimpleUploadedFile("manifest.json", json.dumps(DBT).encode(), "application/json")


def feast_file() -> Any:
    return SimpleUploadedFile("registry.json", json.dumps(FEAST).encode(), "application/json")


def configuration_file() -> Any:
    team = b"version: 1\nteams:\n- slug: returns\n  name: Returns\n"
    return SimpleUploadedFile("plumbline.yaml", team, "application/yaml")


FILES = {"{file}": tickets_file, "{dbt}": dbt_file, "{feast}": feast_file, "{yaml}": configuration_file}
