import pytest
from django.core.exceptions import ValidationError

from registry.models import GatePolicy
from registry.versions.forms import ChecksField, OverrideForm, PolicyForm
from registry.versions.rules.policy_checks import Check, faults

FAIR = Check("disparate_impact_ratio", "age_band", ">=", 0.8, groups=("18-25", "26-60"))


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (Check("mape", "", "<=", 0.15), "mape <= 0.15"),
        (Check("mae", "region=north", "<", 2.0, required=False), "mae @ region=north < 2.0 (informs)"),
        (FAIR, "disparate_impact_ratio @ age_band: 18-25, 26-60 >= 0.8"),
        (Check("main", baseline="serving", max_worse=0.02), "main within 2% of serving"),
        (
            Check("rmse", "region=north", baseline="serving", max_worse=0.125),
            "rmse @ region=north within 12.5% of serving",
        ),
        (Check("auc", required=False, baseline="serving", max_worse=0.07), "auc within 7% of serving (informs)"),
        (Check("auc", baseline="serving"), "auc within 0% of serving"),
    ],
)
def test_a_check_and_its_line_say_the_same(check, line):
    assert ChecksField.as_line(check) == line
    (content,) = ChecksField().clean(f"\n  {line}\n\n")
    assert content == check.as_dict()
    assert faults([content]) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("mape about 3", "is not a check"), ("mape <= much", "'much' in 'mape <= much' is not a number"),
        ("auc within some% of serving", "'some' in 'auc within some% of serving' is not a number"),
        ("auc within 2% of the best", "or mape within 2% of serving"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_a_check_is_quoted(line, sentence):
    with pytest.raises(ValidationError, match=sentence):
        ChecksField().clean(line)


@pytest.mark.parametrize(("days", "is_valid"), [("1", True), ("30", True), ("31", False), ("0", False)])
def test_an_override_lasts_a_choice_of_days(days, is_valid):
    assert OverrideForm({"reason": "Friday.", "days": days}).is_valid() is is_valid


@pytest.mark.django_db
def test_no_team_is_the_platform_and_a_policy_fills_its_own_form(teams):
    policy = GatePolicy(name="errors", owner_team=teams[0], checks=[FAIR.as_dict()], on_registration=True)
    initial = PolicyForm.initial_of(policy)
    assert (initial["owner_team"], initial["subject_team"]) == ("forecasting", "")
    form = PolicyForm(initial | {"reason": "first"})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["owner_team"], form.cleaned_data["subject_team"]) == ("forecasting", None)
    assert form.cleaned_data["checks"][0]["groups"] == ["18-25", "26-60"]
    assert PolicyForm(initial | {"owner_team": "nobody", "reason": "x"}).errors.keys() == {"owner_team"}
