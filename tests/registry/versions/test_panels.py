import pytest

from registry.models import Feature
from registry.versions import panels

pytestmark = pytest.mark.django_db


def test_a_feature_without_overrides_has_an_empty_panel(rf, feature):
    assert panels.of_feature(rf.get("/"), Feature.objects.get()) == {"overrides": []}
