"""The map of the site: the pages that have a name, in the order of the navigation.

The navigation, the breadcrumbs and the pages Settings and Help are made from it, and search offers its pages and
actions. A test walks over every address of the site and holds that it belongs to exactly one place here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from platform_site import access


class Action(NamedTuple):
    """Something that people start on a page of its own, as search offers it."""

    label: str
    url_name: str
    may: Callable[[access.Actor], bool] | None = None


class Page(NamedTuple):
    """A page with a name: its address, what people do there, and what lies under it.

    ``under`` are addresses that belong to it and do not begin with its own: `*` stands for one part. ``may`` says who
    is shown the way to it; the page itself decides who gets in.
    """

    label: str
    url_name: str
    icon: str = "file-text"
    lead: str = ""
    under: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    may: Callable[[access.Actor], bool] | None = None
    actions: tuple[Action, ...] = ()


class Group(NamedTuple):
    """Up to five places of the navigation under one heading."""

    heading: str
    places: tuple[Page, ...]


ASSESS = (
    Page(
        "Health",
        "assessments:list",
        "heartbeat",
        "Assess the platform, capability by capability",
        pages=(
            Page(
                "Organizations", "assessments:organizations", "users", "Facts, levels and history of each organization"
            ),
            Page("Compare", "assessments:compare", "git-compare", "Two assessments side by side"),
            Page("Health alerts", "assessments:health_alerts", "bell", "Figures of organizations that got worse"),
        ),
        actions=(
            Action("Start an assessment", "assessments:begin", access.can_assess),
            Action("Add an organization", "assessments:add_organization", access.can_assess),
        ),
    ),
    Page(
        "Strategy",
        "assessments:strategy_now",
        "circle-arrow-right",
        "What to build, buy and staff next, and why",
        under=("/organizations/*/strategy/", "/organizations/*/triggers/", "/organizations/*/review/", "/unsubscribe/"),
        pages=(
            Page(
                "Initiatives",
                "assessments:initiatives",
                "circle-arrow-right",
                "Gaps that became work, with owner and due date",
            ),
        ),
        actions=(Action("Propose an initiative", "assessments:propose_initiative", access.can_propose_initiative),),
    ),
    Page(
        "Tickets",
        "assessments:tickets",
        "ticket",
        "Which kinds of tickets take the platform team's time",
        pages=(
            Page("All tickets", "assessments:ticket_list", "ticket", "Every ticket, with search and filters"),
            Page("Label tickets", "assessments:ticket_queue", "tag", "Label tickets one after another, by key"),
            Page("Simulator", "assessments:simulator", "flask", "What halves the tickets", under=("/tickets/plans/",)),
            Page(
                "Labelling campaigns", "assessments:campaigns", "users", "Labels by several people, and how they agree"
            ),
            Page("Escape hatches", "assessments:hatches", "key", "Supported ways around the platform"),
        ),
        actions=(
            Action("Add a ticket", "assessments:add_ticket", access.can_record_ticket),
            Action("Import tickets", "assessments:import_tickets", access.can_record_ticket),
            Action("Start a labelling campaign", "assessments:start_campaign", access.can_assess),
            Action("Add an escape hatch", "assessments:add_hatch", access.can_assess),
        ),
    ),
    Page(
        "Adoption",
        "assessments:adoption",
        "trending-up",
        "Which teams use the platform, and what stops the others",
        actions=(Action("Import adoption records", "assessments:adoption_import", access.can_report_adoption),),
    ),
    Page(
        "Postmortems",
        "assessments:postmortems",
        "history",
        "What incidents taught",
        actions=(Action("Write a postmortem", "assessments:write_postmortem", access.can_write_postmortem),),
    ),
)
REGISTRY = (
    Page(
        "Models",
        "registry:models",
        "cube",
        "Registered models and their versions",
        under=("/registry/badges/",),
    ),
    Page(
        "Features",
        "registry:features",
        "columns-3",
        "Definitions of features and their versions",
        actions=(Action("Register a feature", "registry:feature_register", access.can_describe_data),),
    ),
    Page(
        "Data",
        "registry:datasets",
        "database",
        "Data sets that checks and features read",
        under=("/registry/lineage/",),
        pages=(Page("Source tables", "registry:source_tables", "database", "Tables that the SQL of features reads"),),
        actions=(
            Action("Add a data set", "registry:dataset_add", access.can_describe_data),
            Action("Add a source table", "registry:source_table_add", access.can_describe_data),
        ),
    ),
)
QUALITY = (
    Page(
        "Checks",
        "registry:checks",
        "test-pipe",
        "Parity, drift and schema checks with their runs",
        actions=(Action("Add a check", "registry:check_new", access.can_run_check),),
    ),
    Page("Alerts", "registry:alerts", "bell", "What checks found and nobody has settled yet"),
)
CHANGE = (
    Page(
        "Approvals",
        "registry:inbox",
        "inbox",
        "Requests that wait for a second person",
        under=(
            "/registry/change-requests/",
            "/registry/approval-requests/",
            "/registry/approval-links/",
            "/registry/standing-approvals/",
        ),
    ),
    Page(
        "Deployments",
        "registry:deployments",
        "rocket",
        "Every deployment: what, where, why, and who approved it",
        under=("/registry/rollouts/",),
        pages=(Page("Production history", "registry:production", "history", "What served at a moment"),),
    ),
    Page("Exceptions", "registry:overrides", "key", "Time-limited exceptions to a blocked gate"),
    Page(
        "Policies",
        "registry:policies",
        "filter",
        "What evaluation results must show before a version serves",
        under=("/registry/gate-settings/",),
    ),
)
SETTINGS = Page(
    "Settings",
    "settings",
    "settings",
    "Your account, people, imports and the installation",
    under=("/password/", "/admin/"),
    pages=(
        Page("Account", "account", "user-circle", "Your roles, tokens and password", pages=(
            Page("Access requests", "access_requests", "inbox", "Roles and teams that wait for a second person"),
            Page("Service accounts", "service_accounts", "api", "Accounts of programs", may=access.can_administer),
            Page("All tokens", "tokens", "key", "Everybody's API tokens", may=access.can_administer),
            Page("Failed sign-ins", "sign_ins", "lock", "Accounts that are locked, and since when", may=access.can_administer),
        )),
        Page("Teams", "teams", "users", "Teams, their people and what they own"),
        Page("Imports", "registry:imports", "upload", "Bring in what MLflow, Feast and dbt know"),
        Page("Notifications", "webhooks:webhooks", "webhook", "Webhooks: send events to your team's tools", may=access.can_manage_webhooks),
        Page("Workers", "workers", "refresh", "Workers seen in the last minute, and their sandboxes"),
        Page("Admin", "admin:index", "settings", "Records that are entered by hand", may=access.can_assess),
    ),
)  # fmt: skip
HELP = Page(
    "Help",
    "help",
    "info-circle",
    "The guide, the API and the keys",
    pages=(
        Page("Guide", "guide:index", "book", "How to run an ML platform, page by page", pages=(
            Page("Glossary", "guide:glossary", "list-search", "What each figure says, and what it does not say"),
        )),
        Page("API", "schema-docs", "api", "Every endpoint, to try out"),
    ),
)  # fmt: skip
SITE = (
    Group("", (Page("Home", "dashboard", "layout-dashboard", "What changed and what needs you", under=("/search/",)),)),
    Group("Assess", ASSESS),
    Group("Registry", REGISTRY),
    Group("Quality", QUALITY),
    Group("Change", CHANGE),
)
FOOT = (
    Page("Audit", "audit:events", "list-search", "Every change of state, with its proof"),
    SETTINGS,
    HELP,
)
HOME = SITE[0].places[0]
