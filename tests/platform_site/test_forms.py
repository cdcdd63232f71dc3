"""A form calls its action when it is told to, never while it is validated, and shows each fault where it belongs."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms

from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.forms import ActionForm, ActionModelForm
from platform_site.people.models import Team

ROOT = Path(__file__).resolve().parents[2]
VALIDATION = ("full_clean", "_clean_fields", "_clean_form", "_post_clean", "is_valid", "clean")


class ColourForm(ActionForm):
    name = forms.CharField()
    colour = forms.CharField(required=False)


@pytest.fixture
def form():
    form = ColourForm({"name": "a", "colour": "red"})
    assert form.is_valid()
    return form


def refuse(refusal):
    def action(**_):
        raise refusal

    return action


def test_the_action_gets_its_arguments_and_its_result_comes_back(form):
    seen = form.act(lambda *args, **kwargs: (args, kwargs), 1, 2, name="a")
    assert (seen, form.errors) == (((1, 2), {"name": "a"}), {})


def test_each_fault_stands_at_its_field_and_others_above_them(form):
    faults = [Fault("name", "x", "Name it."), Fault("colour", "x", "No red."), Fault("size", "x", "Too large.")]
    assert form.act(refuse(Invalid(faults))) is None
    assert form.errors == {"name": ["Name it."], "colour": ["No red."], "__all__": ["Too large."]}


@pytest.mark.parametrize("refusal", [Refused("stale", "Read it again."), NotAllowed("Read it again.")])
def test_a_refusal_without_faults_stands_above_the_fields(form, refusal):
    assert form.act(refuse(refusal)) is None
    assert form.errors == {"__all__": ["Read it again."]}


def test_a_form_may_say_more_of_where_a_fault_is(form, monkeypatch):
    monkeypatch.setattr(ColourForm, "message_of", lambda form, fault: f"{fault.field}: {fault.message}")
    form.act(refuse(Invalid([Fault("row.2", "x", "Too large.")])))
    assert form.errors == {"__all__": ["row.2: Too large."]}


def test_what_is_no_refusal_is_a_fault_of_ours_and_is_not_hidden(form):
    with pytest.raises(ZeroDivisionError):
        form.act(lambda: 1 / 0)


class TeamsForm(ActionModelForm):
    """Two writes, the second of which may be refused."""

    class Meta:
        model = Team
        fields = ("slug", "name")

    def perform(self, fields):
        team = Team.objects.create(**fields)
        if fields["name"] == "taken":
            raise Invalid([Fault("name", "taken", f"{self.actor.name} has that team.")])
        return team


@pytest.fixture
def cora():
    return SimpleNamespace(name="cora")


@pytest.mark.django_db
def test_a_valid_form_has_written_nothing_until_it_is_submitted(cora):
    before = Team.objects.count()
    form = TeamsForm({"slug": "new", "name": "New"}, actor=cora)
    assert form.is_valid()
    assert Team.objects.count() == before
    assert form.submit() == Team.objects.get(slug="new")


@pytest.mark.django_db
def test_a_refused_form_leaves_nothing_behind(cora):
    form = TeamsForm({"slug": "new", "name": "taken"}, actor=cora)
    assert form.is_valid()
    assert form.submit() is None
    assert form.errors == {"name": ["cora has that team."]}
    assert not Team.objects.filter(slug="new").exists()


class WritingForm(forms.Form):
    def clean(self):
        Team.objects.create(slug="written", name="while validating")


@pytest.mark.django_db
def test_a_form_that_writes_while_it_is_validated_is_seen():
    with pytest.raises(AssertionError, match="A form writes while it is validated"):
        WritingForm({}).is_valid()


def form_classes() -> list[type[forms.BaseForm]]:
    paths = [path for room in ("assessments", "registry", "platform_site") for path in (ROOT / room).rglob("*forms.py")]
    for path in paths:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

    def below(parent: type) -> set[type]:
        return {parent, *(inner for child in parent.__subclasses__() for inner in below(child))}

    rooms = ("assessments", "registry", "platform_site")
    return sorted(
        (form for form in below(forms.BaseForm) if form.__module__.partition(".")[0] in rooms),
        key=lambda form: (form.__module__, form.__qualname__),
    )


def reached_by_validation(form: type) -> set[str]:
    """The names that a form's validation uses, through its own methods as far as they lead."""
    waiting = [name for name in dir(form) if name in VALIDATION or name.startswith("clean_")]
    seen, names = set(), set()
    while waiting:
        method = getattr(form, waiting.pop(), None)
        code = getattr(inspect.unwrap(method), "__code__", None) if callable(method) else None
        if (
            code is None
            or code in seen
            or not method.__module__.startswith(("assessments", "registry", "platform_site"))
        ):
            continue
        seen.add(code)
        reached = {name for part in (code, *filter(inspect.iscode, code.co_consts)) for name in part.co_names}
        names |= {f"{method.__module__}:{name}" for name in reached}
        waiting += reached
    return names


def is_action(place: str) -> bool:
    module, name = place.split(":")
    value = getattr(importlib.import_module(module), name, None)
    return ".actions" in (getattr(value, "__module__", None) or getattr(value, "__name__", ""))


def test_no_validation_leads_to_an_action():
    classes = form_classes()
    assert len(classes) > 40, "the test looks in the wrong place"
    for form in classes:
        reached = reached_by_validation(form)
        assert not any(name.endswith((":perform", ":act", ":submit")) for name in reached), form
        assert not [place for place in reached if is_action(place)], form


def test_a_validation_that_leads_to_an_action_is_seen(monkeypatch):
    from assessments.health.forms import BeginForm
    from assessments.strategy import forms as strategy_forms

    def clean(self):
        strategy_forms.decide_strategy()

    clean.__module__ = "assessments.strategy.forms"
    monkeypatch.setattr(BeginForm, "clean", clean)
    assert any(map(is_action, reached_by_validation(BeginForm)))


def test_what_is_required_is_named_by_its_label():
    class Named(ActionForm):
        owner_team = forms.CharField()
        days = forms.IntegerField(label="For how long")
        own = forms.CharField(error_messages={"required": "Write it."})

    errors = Named({}).errors
    assert errors == {
        "owner_team": ["Owner team: fill this in."], "days": ["For how long: fill this in."], "own": ["Write it."],
    }  # fmt: skip
