"""Every page, wide and narrow, light and dark: no finding of axe, nothing that sticks out, no complaint in the console."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "/", "/assessments/", "/assessments/1/", "/assessments/new/", "/assessments/compare/?base=1&head=1",
    "/assessments/1/evidence/lineage/", "/organizations/", "/organizations/exampleco/", "/organizations/exampleco/levels/",
    "/organizations/exampleco/triggers/", "/organizations/exampleco/strategy/", "/organizations/harbor/strategy/",
    "/organizations/exampleco/strategy/sourcing/3/", "/organizations/exampleco/strategy/rehearsals/", "/tickets/", "/tickets/list/", "/tickets/simulator/?access=80&how_to=50", "/tickets/import/", "/tickets/queue/", "/adoption/",
    "/guide/", "/guide/glossary/", "/guide/skew/", "/postmortems/", "/postmortems/1/", "/postmortems/write/?feature=rolling_7d_avg_orders",
    "/registry/features/",
    "/registry/features/rolling_7_flight_arr_delay/", "/registry/features/register/", "/registry/models/",
    "/registry/models/delay_forecast/", "/registry/models/demand_forecast_model/v2.3.1/", "/registry/datasets/",
    "/registry/models/pay_later_approval/", "/registry/models/pay_later_approval/v1.0.0/",
    "/registry/models/pay_later_approval/v1.1.0/decisions/", "/registry/models/pay_later_approval/v1.1.0/decisions/7/",
    "/registry/datasets/flights/", "/registry/datasets/add/", "/registry/checks/", "/registry/checks/new/",
    "/registry/checks/new/?kind=drift&dataset=flights", "/registry/checks/3/", "/registry/checks/runs/3/",
    "/registry/checks/runs/3/columns/1/", "/registry/checks/runs/3/columns/4/", "/registry/checks/1/", "/registry/checks/runs/1/",
    "/registry/imports/", "/registry/source-tables/flights/", "/registry/alerts/", "/webhooks/", "/webhooks/1/", "/registry/overrides/", "/registry/policies/",
    "/registry/models/delay_forecast/v2.3.1/override/", "/registry/production/", "/registry/inbox/", "/registry/deployments/",
    "/registry/models/delay_forecast/serving/", "/registry/models/demand_forecast_model/serving/",
    "/registry/models/delay_forecast/serving/change/", "/registry/change-requests/1/", "/registry/change-requests/3/",
    "/registry/features/rolling_7d_avg_orders/graph/", "/registry/features/rolling_7d_avg_orders/compare/", "/audit/", "/password/", "/account/", "/workers/",
]  # fmt: skip
STICKS_OUT = "document.documentElement.scrollWidth - window.innerWidth"


def findings(page) -> list[str]:
    told = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in told for node in one["nodes"]]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def test_no_page_has_a_finding(visit, site, width, theme):
    page = visit("lead", width=width, theme=theme)
    found = []
    for path in PAGES:
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        wrong = findings(page)
        if (over := page.evaluate(STICKS_OUT)) > 0:
            wrong.append(f"sticks out by {over} px")
        found += [f"{path} {one}" for one in wrong]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_nor_has_a_page_for_administrators(visit, site, width, theme):
    page = visit("admin", width=width, theme=theme)
    found = []
    for path in ("/account/", "/account/tokens/", "/account/services/", "/account/services/ci-forecasting/"):
        page.goto(site.address + path)
        over = page.evaluate(STICKS_OUT)
        found += [f"{path} {one}" for one in [*findings(page), *([f"sticks out by {over} px"] if over > 0 else [])]]
    assert not found, "\n".join(found)


def test_the_door_has_none_either(browser, site):
    page = browser.new_page()
    page.goto(f"{site.address}/login/")
    assert findings(page) == []
    page.close()


def test_the_keyboard_reaches_the_content_first(visit, site):
    page = visit("viewer")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to the content"
