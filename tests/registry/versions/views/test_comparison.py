"""Two versions of a model on one page."""

from __future__ import annotations

import pytest

from registry.versions.actions import registration
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register
from tests.registry.serving.story import ask
from tests.registry.versions.views.test_models import text

PAGE = "/registry/models/demand/"


@pytest.fixture
def newer(in_production, orders, cora):
    """`demand` v1b, trained on the fixed definition with other hyperparameters and a better metric."""
    register(FIXED, cora)
    parts = lineage(orders, hyperparameters={"depth": 4}, evaluations=[{"metric": "mape", "value": 0.1}])
    return registration.register_version(
        in_production.model, version="v1b", artifact=ARTIFACT, lineage_parts=parts, actor=cora
    )


def test_what_differs_stands_side_by_side(browser_of, newer):
    page = browser_of("viewer").get(f"{PAGE}+compare/?base=v1&head=v1b")
    shown = text(page)
    assert "Different: 1 of 1 metric, 1 of 1 hyperparameter, 1 of 1 feature." in shown
    assert "The same: 5 of 5 facts." in shown
    assert "better" in shown
    assert "/features/orders_3d/compare/?base=" in page.content.decode()


def test_without_names_the_newest_is_compared_with_the_one_before(browser_of, newer):
    context = browser_of("viewer").get(f"{PAGE}+compare/").context
    assert (context["base"].version, context["head"].version) == ("v1", "v1b")


def test_one_version_is_compared_with_itself_and_none_says_so(browser_of, in_production, model):
    assert "Both are the same version. Choose two." in text(browser_of("viewer").get(f"{PAGE}+compare/"))
    assert browser_of("viewer").get(f"{PAGE}+compare/?base=none").status_code == 404


def test_a_model_without_a_version_has_nothing_to_compare(browser_of, model):
    assert browser_of("viewer").get(f"{PAGE}+compare/").status_code == 404


def test_the_versions_tab_chooses_two(browser_of, newer):
    page = browser_of("viewer").get(f"{PAGE}?tab=versions").content.decode()
    assert 'name="base" value="v1"' in page
    assert "Compare versions" in page


def test_the_tab_of_one_version_offers_no_comparison(browser_of, in_production):
    assert "Compare versions" not in text(browser_of("viewer").get(f"{PAGE}?tab=versions"))


def test_a_change_from_one_version_to_another_leads_there(browser_of, serving, second, cora):
    outcome = ask(second, cora, percent=50)
    visitor = browser_of("viewer")
    address = f"{PAGE}+compare/?base=v1&amp;head=v2"
    assert address in visitor.get(f"/registry/change-requests/{outcome.request.pk}/").content.decode()
    assert address not in visitor.get("/registry/deployments/").content.decode()
