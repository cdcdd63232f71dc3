"""The form that changes how the files of a data set are read."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from platform_site.errors import Refusal
from platform_site.forms import ActionForm
from registry.compute.reading.description import CSV_ALONE, ENCODINGS, KINDS, Reading
from registry.data.forms.datasets import shift_faults
from registry.data.queries.datasets import ShownReading
from registry.data.queries.readings import FIELD
from registry.models import Dataset

MOST_KINDS = 100
WORDS = "null_words_by_column"
TEXTS = ("delimiter", "quote", "escape", "encoding", "decimal", "thousands")
UTC = "UTC"  # of times for which nothing else is stated


class LinesField(forms.CharField):
    """Texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class ReadForm(ActionForm):
    """How files are read, with what was found as its values. What is left as it was found stays found, not stated."""

    delimiter = forms.ChoiceField(
        choices=[(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar |"), (":", "colon")]
    )
    quote = forms.ChoiceField(
        label="Quotation mark", required=False, choices=[('"', 'double "'), ("'", "single '"), ("", "none")]
    )
    escape = forms.ChoiceField(
        label="Quotation marks inside cells", required=False, choices=[("", "doubled"), ("\\", "after a backslash")]
    )
    header = forms.ChoiceField(label="First line", choices=[("true", "names the columns"), ("false", "is a row")])
    encoding = forms.ChoiceField(choices=[(name, name) for name in ENCODINGS])
    decimal = forms.ChoiceField(label="Decimal mark", choices=[(".", "point: 1.5"), (",", "comma: 1,5")])
    thousands = forms.ChoiceField(
        label="Thousands",
        required=False,
        choices=[
            ("", "not separated"),
            (",", "comma: 1,000"),
            (".", "point: 1.000"),
            (" ", "space: 1 000"),
            ("'", "apostrophe"),
            ("\u00a0", "no-break space"),
        ],
    )
    time_zone = forms.CharField(
        max_length=64,
        required=False,
        help_text="Of times that state none, for example Europe/Berlin; empty: as found, UTC.",
    )
    null_words = LinesField(
        label="Words that mean null",
        required=False,
        help_text="One per line. An empty cell means null, too, unless you untick it.",
    )
    empty_is_null = forms.BooleanField(label="Empty cells mean null", required=False)
    exceptions = LinesField(
        label="Other words in some columns",
        required=False,
        help_text="One column per line with its null words: <code>country = N/A, ?</code>. An empty cell is one of them.",
    )
    date_formats = LinesField(
        required=False, help_text="One per line, for example %d.%m.%Y. ISO 8601 (2024-12-31) is always read."
    )

    def __init__(self, *args: Any, shown: ShownReading, kind: str, **kwargs: Any) -> None:
        self.shown = shown
        super().__init__(*args, **kwargs | {"initial": self._initial(shown.reading)})
        if kind != Dataset.Kind.CSV:
            for part in (*CSV_ALONE, "null_words", "empty_is_null", "exceptions"):
                del self.fields[part]
        as_in_the_file = [] if kind == Dataset.Kind.CSV else [("", "as in the file")]
        self.columns = {
            f"kind_{place}": column.name for place, column in enumerate(shown.columns[:MOST_KINDS]) if column.may_change
        }
        for field, name in self.columns.items():
            self.fields[field] = forms.ChoiceField(
                label=f"Kind of {name}",
                required=not as_in_the_file,
                choices=[*as_in_the_file, *KINDS.items()],
                initial=dict(shown.reading.kinds).get(name, ""),
            )
        self._offer_what_is_read_now()

    def stated(self) -> dict[str, Any]:
        """What differs from what is read now."""
        values, now = self.cleaned_data, self.shown.reading
        stated: dict[str, Any] = {
            part: values[part] for part in TEXTS if part in values and values[part] != getattr(now, part)
        }
        if (values["time_zone"] or UTC) != (now.time_zone or UTC):
            stated["time_zone"] = values["time_zone"] or None  # None: as found
        if "header" in values and (values["header"] == "true") != now.header:
            stated["header"] = values["header"] == "true"
        if "null_words" in values:
            words = [*([""] if values["empty_is_null"] else []), *values["null_words"]]
            stated |= {"null_words": words} if set(words) != set(now.null_words or ()) else {}
            exceptions = dict(_exception(line) for line in values["exceptions"])
            before = dict(now.null_words_by_column)
            changed = {
                name: exceptions.get(name)
                for name in {**before, **exceptions}
                if exceptions.get(name) != [*before.get(name, ())]
            }
            stated |= {"null_words_by_column": changed} if changed else {}
        if values["date_formats"] != [*(now.date_formats or ())]:
            stated["date_formats"] = values["date_formats"]
        kinds = dict(now.kinds)
        changed_kinds = {
            name: values[field] or None for field, name in self.columns.items() if values[field] != kinds.get(name, "")
        }
        return stated | ({"kinds": changed_kinds} if changed_kinds else {})

    def add_refusal(self, refusal: Refusal) -> None:
        """The faults of `read` stand at the fields that state it."""
        own = {f"{FIELD}.kinds.{name}": field for field, name in self.columns.items()}
        own |= {f"{FIELD}.{part}": part for part in self.fields}
        shift_faults(refusal, lambda field: own.get(field, "exceptions" if WORDS in field else field))
        super().add_refusal(refusal)

    def _offer_what_is_read_now(self) -> None:
        """Every choice that is in force is a choice, also one that only the API can state."""
        for name, field in self.fields.items():
            value = self.initial.get(name)
            choices = list(field.choices) if isinstance(field, forms.ChoiceField) else []  # type: ignore[arg-type]
            if choices and value is not None and value not in dict(choices):
                cast(forms.ChoiceField, field).choices = [*choices, (value, repr(value))]

    @staticmethod
    def _initial(reading: Reading) -> dict[str, Any]:
        words = reading.null_words or ()
        exceptions = [
            f"{name} = {', '.join(word for word in own if word)}" for name, own in reading.null_words_by_column
        ]
        return reading._asdict() | {
            "header": str(reading.header is not False).lower(),
            "null_words": [word for word in words if word],
            "empty_is_null": "" in words,
            "exceptions": exceptions,
            "time_zone": reading.time_zone or UTC,
        }


def _exception(line: str) -> tuple[str, list[str]]:
    """A column with its null words.

    >>> _exception("country = N/A, ?")
    ('country', ['', 'N/A', '?'])
    """
    name, _, words = line.rpartition("=")
    return name.strip(), ["", *(word for part in words.split(",") if (word := part.strip()))]
