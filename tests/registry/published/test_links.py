"""Whether a record that somebody names exists."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from registry.published import links
from tests.registry.conftest import FIXED, register


def test_what_exists_raises_nothing(model_version, feature, cora):
    run = register(FIXED, cora).run
    links.require_feature("orders_3d")
    links.require_feature("orders_3d", feature.current.name)
    links.require_model("demand")
    links.require_model_version("demand", "v1")
    links.require_check(run.check_definition_id)
    links.require_run(run.pk)


@pytest.mark.parametrize(
    ("require", "arguments"),
    [
        (links.require_feature, ("nobody",)),
        (links.require_feature, ("orders_3d", "0" * 12)),
        (links.require_model, ("nobody",)),
        (links.require_model_version, ("demand", "v9")),
        (links.require_model_version, ("demand", "")),
        (links.require_check, (999,)),
        (links.require_run, (999,)),
    ],
)
def test_what_does_not_exist_is_unknown(model_version, require, arguments):
    with pytest.raises(Unknown):
        require(*arguments)
