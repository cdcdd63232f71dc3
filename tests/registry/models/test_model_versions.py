import pytest
from django.db import IntegrityError, transaction

from registry.models import Evaluation, ModelVersion, RegisteredModel

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_records_are_named_by_what_they_are():
    model = RegisteredModel(name="demand")
    assert (str(model), str(ModelVersion(model=model, version="v1"))) == ("demand", "demand v1")
    assert str(Evaluation(metric="mape", value=0.1)) == "mape=0.1"


@pytest.mark.parametrize(("hours", "is_kept"), [(0, False), (1, True), (2_160, True), (2_161, False)])
def test_silence_is_some_hours_and_at_most_ninety_days(model, hours, is_kept):
    rows = RegisteredModel.objects.filter(pk=model.pk)
    if is_kept:
        assert rows.update(silent_after_hours=hours) == 1
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(silent_after_hours=hours)
