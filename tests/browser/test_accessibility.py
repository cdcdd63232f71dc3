"""Every page, wide and narrow, light and dark: no finding of axe, nothing that sticks out, no complaint in the console."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice, repeat, zip_longest

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

PAGES = [
    "/", "/assessments/", "/assessments/1/", "/assessments/new/", "/assessments/compare/?base=1&head=1",
    "/assessments/1/evidence/lineage/", "/organizations/", "/organizations/exampleco/", "/organizations/exampleco/levels/",
    "/organizations/exampleco/matrix/", "/organizations/exampleco/target/", "/organizations/exampleco/exemptions/", "/organizations/exampleco/capabilities/",
    "/organizations/exampleco/triggers/", "/organizations/exampleco/strategy/", "/organizations/harbor/strategy/", "/organizations/exampleco/review/?since=2026-01-01",
    "/organizations/exampleco/strategy/sourcing/3/", "/organizations/exampleco/strategy/rehearsals/", "/tickets/", "/tickets/list/", "/tickets/simulator/?access=80&how_to=50", "/tickets/import/", "/tickets/queue/", "/tickets/campaigns/", "/tickets/campaigns/+start/", "/escape-hatches/", "/adoption/",
    "/guide/", "/guide/glossary/", "/guide/skew/", "/initiatives/", "/initiatives/new/?capability=lineage", "/postmortems/", "/postmortems/1/", "/postmortems/write/?feature=rolling_7d_avg_orders",
    "/registry/features/",
    "/registry/features/rolling_7_flight_arr_delay/", "/registry/features/+register/", "/registry/models/",
    "/teams/", "/teams/forecasting/", "/teams/forecasting/edit/", "/registry/features/rolling_7_flight_arr_delay/edit/",
    "/registry/models/delay_forecast/", "/registry/models/demand_forecast_model/v2.3.1/", "/registry/datasets/",
    "/registry/models/demand_forecast_model/?tab=versions", "/registry/models/demand_forecast_model/?tab=checks",
    "/registry/models/demand_forecast_model/?tab=activity", "/registry/models/?search=nothing", "/search/?q=delay",
    "/registry/models/pay_later_approval/", "/registry/models/pay_later_approval/v1.0.0/",
    "/registry/models/pay_later_approval/v1.1.0/decisions/", "/registry/models/pay_later_approval/v1.1.0/decisions/7/",
    "/registry/datasets/flights/", "/registry/datasets/+add/", "/registry/checks/", "/registry/checks/new/",
    "/registry/checks/new/?kind=drift&dataset=flights", "/registry/checks/3/", "/registry/checks/runs/3/",
    "/registry/checks/runs/3/columns/1/", "/registry/checks/runs/3/columns/4/", "/registry/checks/1/", "/registry/checks/runs/1/",
    "/registry/imports/", "/registry/source-tables/flights/", "/registry/alerts/", "/webhooks/", "/webhooks/1/", "/registry/overrides/", "/registry/policies/",
    "/registry/models/delay_forecast/v2.3.1/override/", "/registry/production/", "/registry/inbox/", "/registry/deployments/",
    "/registry/models/delay_forecast/+serving/", "/registry/models/demand_forecast_model/+serving/",
    "/registry/models/delay_forecast/+serving/change/", "/registry/change-requests/1/", "/registry/change-requests/3/",
    "/registry/features/rolling_7d_avg_orders/graph/", "/registry/features/rolling_7d_avg_orders/compare/", "/audit/", "/password/", "/account/", "/workers/",
]  # fmt: skip
STICKS_OUT = "document.documentElement.scrollWidth - window.innerWidth"
TURNED = """Promise.all(document.getAnimations().filter(one => one.effect.getTiming().iterations !== Infinity)
  .map(one => one.finished.catch(() => 0)))"""  # a colour on its way to another has the contrast of neither
WHOLE = {"resultTypes": ["violations"]}
OF_COLOUR = WHOLE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def findings(page, options=WHOLE) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [f"{row['id']}: {node['target']} {node['failureSummary']}" for row in result for node in row["nodes"]]


def findings_by_theme(page, address: str, paths: list[str], themes: Iterable[Sequence[str]]) -> Iterator[str]:
    """Each page as it loads in the first of its themes, then turned to the next, which changes colours alone and is held to
    the rules of colour. While one page is looked at, another tab loads."""
    shown, behind = page, page.context.new_page()
    shown.goto(address + paths[0], wait_until="commit")
    for path, following, own in zip_longest(paths, paths[1:], islice(themes, len(paths))):
        if following:
            behind.goto(address + following, wait_until="commit")
        shown.emulate_media(color_scheme=own[0])
        shown.wait_for_load_state("networkidle")
        for theme in own:
            shown.emulate_media(color_scheme=theme)
            shown.wait_for_selector(f"html[data-bs-theme={theme}]")
            shown.evaluate(TURNED)
            over = shown.evaluate(STICKS_OUT)
            rules = WHOLE if theme == own[0] else OF_COLOUR
            wrong = [*findings(shown, rules), *([f"sticks out by {over} px"] if over > 0 else [])]
            yield from (f"{path} {theme}: {row}" for row in wrong)
        shown, behind = behind, shown


@pytest.mark.parametrize(
    ("width", "themes"),
    [(1440, [("light", "dark")]), (390, [("dark",), ("light",)])],  # narrow, every other page in each
    ids=["1440", "390"],
)
def test_no_page_has_a_finding(visit, site, width, themes):
    page = visit("lead", width=width)
    result = list(findings_by_theme(page, site.address, PAGES, cycle(themes)))
    assert not result, "\n".join(result)


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_nor_has_a_page_for_administrators(visit, site, width, theme):
    page = visit("admin", width=width, theme=theme)
    paths = ["/account/", "/account/tokens/", "/account/services/", "/account/services/ci-forecasting/"]
    result = list(findings_by_theme(page, site.address, paths, repeat([theme])))
    assert not result, "\n".join(result)


def test_a_colour_that_only_one_theme_has_is_a_finding(browser):
    page = browser.new_page(color_scheme="light")
    page.set_content(
        "<html lang=en><title>A page</title><style>@media (prefers-color-scheme: dark) { body { background: #222 } }</style>"
        "<main><h1>Dark on dark</h1></main></html>"
    )
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    (finding,) = findings(page, OF_COLOUR)
    assert finding.startswith("color-contrast: ['h1']")
    page.close()


def test_the_door_has_none_either(browser, site):
    page = browser.new_page()
    page.goto(f"{site.address}/login/")
    assert findings(page) == []
    page.close()


def test_the_keyboard_reaches_the_content_first(visit, site):
    page = visit("viewer")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to the content"
