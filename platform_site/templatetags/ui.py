"""Tags and filters of every page: states, icons, numbers, times. `{% load ui %}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.contrib.messages import constants as level
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from platform_site.access import actor_of
from platform_site.templatetags import states
from platform_site.templatetags.textdiff import TextDiff, text_diff
from platform_site.text import wording
from platform_site.text.explanations import ENTRIES, Entry

register = template.Library()


# -- icons and states --------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the local sprite: decoration, unless a label says what it means where there is no text beside it."""
    attributes = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {} focusable="false"><use href="{}#{}"/></svg>', attributes, _sprite(), name)


def _sprite() -> str:
    return static("icons.svg")


@register.filter
def state(word: object) -> SafeString:
    """A chip for a word of state: icon, word and colour. An unknown word is neutral."""
    look = states.look_of(word)
    return format_html('<span class="state state-{}">{}{}</span>', look.tone.value, icon(look.icon), look.label)


@register.filter
def tone(word: object) -> str:
    """The tone of a word of state (`ok`, `warn`, `bad`, `info`, `muted`), for a class name."""
    return states.look_of(word).tone.value


@register.filter
def state_icon(word: object) -> str:
    """The name of the icon that stands beside a word of state."""
    return states.look_of(word).icon


@register.filter
def label(word: object) -> str:
    """A word of state as people read it, without the chip."""
    return states.label_of(str(word or ""))


# -- numbers and moments --------------------------------------------------------------------------------------------------


@register.filter
def number(value: object, digits: int = 4) -> str:
    """A number as text: 336,776; 0.03512 with `digits` significant digits; – for None."""
    return wording.grouped_number(value, digits)


@register.filter
def at(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """What a mapping has for a key, or None; None where there is no mapping."""
    return mapping.get(key) if mapping else None


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """The first and the last page, and those around this one; an ellipsis for those between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def percent(share: object) -> str:
    """A share 0..1 as 12.0%."""
    return wording.percent_of_share(share)


@register.filter
def short_hash(digest: object) -> str:
    """The 12 digits that name a version."""
    return wording.short_digest(digest)


@register.filter
def ago(moment: date | datetime | None) -> str:
    """The age of a moment or a day, as people say it."""
    if moment is None:
        return wording.NOTHING
    now = timezone.now()
    if isinstance(moment, datetime):
        return wording.age(moment, now=now)
    return wording.age_in_days(moment, today=now.date())


@register.filter
def utc(moment: date | datetime | None) -> str:
    """The whole moment in UTC, or the day where there is no clock time."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return moment.isoformat() if moment else wording.NOTHING


@register.filter
def iso(moment: date | datetime | None) -> str:
    """A moment for `<time datetime>`."""
    return moment.isoformat() if moment else ""


CODE_MARKS = re.compile(r"`([^`\n]+)`")


@register.filter
def code_marks(sentence: object) -> SafeString:
    """A sentence with what stands between backticks as code.

    >>> code_marks("`<b>` is not a rule.")
    '<code>&lt;b&gt;</code> is not a rule.'
    """
    return SafeString(CODE_MARKS.sub(r"<code>\1</code>", escape(str(sentence))))


@register.simple_tag
def sql_diff(before: str, after: str) -> TextDiff:
    """Both texts as marked parts, for `ui/values/diff.html`."""
    return text_diff(before or "", after or "")


@register.inclusion_tag("ui/charts/explain.html")
def explain(key: str) -> dict[str, Entry]:
    """What a figure means, what to act on, and what it does not mean; closed until opened."""
    return {"entry": ENTRIES[key]}


@register.simple_tag(takes_context=True)
def csv_link(context: template.Context, table: str) -> SafeString:
    """A link to a table of this page as CSV; nothing on a page whose view does not offer it (`pages.page_or_csv`)."""
    request = getattr(context, "request", None)
    if request is None or table not in getattr(request, "csv_tables", ()):
        return SafeString("")
    query = request.GET.copy()
    query.pop("page", None)
    query["csv"] = table
    return format_html('<a class="csv-link" href="?{}">{}CSV</a>', query.urlencode(), icon("download"))


@register.inclusion_tag("ui/lists/sort_head.html", takes_context=True)
def sort_head(context: template.Context, column: str, title: str, falls: bool = False) -> dict[str, Any]:
    """The head of a column that a list is sorted by, as `?sort=column` or `-column`; ``falls``: numbers, the largest first."""
    request = context["request"]
    now = request.GET.get("sort", "")
    first, second = (f"-{column}", column) if falls else (column, f"-{column}")
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = second if now == first else first
    order = {column: "ascending", f"-{column}": "descending"}.get(now, "")
    return {"title": title, "order": order, "url": f"?{query.urlencode()}", "is_number": falls}


# -- forms and messages -----------------------------------------------------------------------------------------------------


@register.filter
def control(field: BoundField) -> SafeString:
    """A form's field as its widget with the one look that controls have; the field's own classes stay."""
    if is_choice_list(field):  # its class would land on the group and on each choice; the style sheet reaches them
        return field.as_widget()
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_control_class(field)} {own}".strip()})


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if is_slider(field):
        return "slider"
    look = "form-select" if isinstance(widget, Select) else "form-control"
    return f"{look} is-invalid" if field.errors else look


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether a field is one box to tick: its label then stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_slider(field: BoundField) -> bool:
    """Whether a field is a slider of per cent: its number stands beside its label, since the slider shows none."""
    return getattr(field.field.widget, "input_type", "") == "range"


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether a field is a list of boxes or buttons: a group with a name, not one control with a label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


MESSAGE_LOOKS = {
    level.DEBUG: states.Look("Note", states.Tone.MUTED, "info-circle"),
    level.INFO: states.Look("Note", states.Tone.INFO, "info-circle"),
    level.SUCCESS: states.Look("Done", states.Tone.OK, "circle-check"),
    level.WARNING: states.Look("Warning", states.Tone.WARN, "alert-triangle"),
    level.ERROR: states.Look("Not done", states.Tone.BAD, "circle-x"),
}


@register.filter
def message_look(message: Any) -> states.Look:
    """Tone, icon and word of a message to the reader, by its level."""
    return MESSAGE_LOOKS.get(message.level, MESSAGE_LOOKS[level.INFO])


# -- who is signed in ----------------------------------------------------------------------------------------------


@register.simple_tag
def roles_of(user: Any) -> str:
    """The roles of the person who is signed in, as a line under their name."""
    return ", ".join(sorted(str(role) for role in actor_of(user).roles)) or "no role yet"
