"""The look of all pages: fragments, tags, tokens, and what keeps the content-security policy whole."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.messages import constants as level
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Fault, Refused
from platform_site.navigation import places
from platform_site.templatetags import ui
from platform_site.templatetags.states import LOOKS, Tone

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def page(request):
    return HttpResponse()


# A site with a part of the pages: the navigation has to cope with the rest being absent.
urlpatterns = [
    path("", page, name="dashboard"),
    path(
        "registry/", include(([path("models/", page, name="models"), path("inbox/", page, name="inbox")], "registry"))
    ),
    path("admin/", include(([path("", page, name="index")], "admin"))),
    path("login/", page, name="login"),
    path("logout/", page, name="logout"),
    path("password/", page, name="password_change"),
    path("account/", page, name="account"),
    path("search/", page, name="search"),
    path("help/", page, name="help"),
    path("workers/", page, name="workers"),
    path("guide/", include(([path("", page, name="index")], "guide"))),
]
pytestmark = pytest.mark.urls(__name__)


def person(*, staff: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        is_authenticated=True,
        is_staff=staff,
        get_username="lead",
        get_full_name="Ada Moreau",
        _actor=Actor("lead", frozenset({Role.LEAD, Role.APPROVER})),
    )


def request_for(url: str = "/", *, staff: bool = False):
    request = RequestFactory().get(url)
    request.user = person(staff=staff)
    return request


def fragment(name: str, **parameters) -> str:
    return render_to_string(f"ui/{name}.html", parameters, request=request_for())


# -- what others wrote ----------------------------------------------------------------------------------------------------


def vendored() -> dict[str, str]:
    rows = re.findall(
        r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (STATIC / "vendor/VENDORED.md").read_text(), flags=re.M
    )
    return dict(rows)


@pytest.mark.parametrize("name", sorted(vendored()))
def test_a_vendored_file_is_the_one_on_record(name):
    content = (STATIC / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == vendored()[name]
    assert b"sourceMappingURL" not in content, "a manifest storage looks for the map and fails"


DOWNLOADED = {"report.html"}  # a file to keep, read without this server and its style sheet


def test_every_vendored_file_is_on_record():
    names = {f"vendor/{file.name}" for file in (STATIC / "vendor").iterdir() if file.suffix not in {".md", ".txt"}}
    assert names == set(vendored()) - {"icons.svg"}


# -- the policy: nothing inline, nothing from elsewhere ------------------------------------------------------------------------


INLINE = {
    r"\sstyle\s*=|<style": "styles stand in plumbline.css",
    r"<script(?![^>]*\bsrc=)": "scripts stand in static/js",
    r"\son[a-z]+\s*=|hx-on|javascript:": "events are bound in static/js",
    r"""(src|href|action)\s*=\s*["'](https?:)?//""": "everything comes from here",
}


def inline(text: str, name: str) -> list[str]:
    return [
        f"{name}: {advice}"
        for pattern, advice in INLINE.items()
        if re.search(pattern, text) and not (name in DOWNLOADED and "style" in pattern)
    ]


def test_no_template_has_anything_inline_or_asks_anybody_else():
    assert len(TEMPLATES) > 300
    assert [row for template in TEMPLATES for row in inline(template.read_text(), template.name)] == []
    wrong = (
        '<p style="x">',
        "<style>",
        "<script>x</script>",
        '<a onclick="x">',
        '<img src="https://elsewhere.example/x">',
    )
    assert [len(inline(text, "page.html")) for text in wrong] == [1, 1, 1, 1, 1]
    assert [len(inline(text, next(iter(DOWNLOADED)))) for text in wrong] == [0, 0, 1, 1, 1]


def test_every_icon_that_a_template_names_is_in_the_sprite():
    pattern = r"""{%\s*icon\s+"([^"]+)|_?icon\|default:"([^"]+)"""
    named = {name for file in TEMPLATES for pair in re.findall(pattern, file.read_text()) for name in pair if name}
    assert len(named) > 20
    assert named - sprite() == set()


def test_an_icon_of_a_state_is_in_the_sprite():
    named = {icon for _, icon in LOOKS.values()} | {look.icon for look in ui.MESSAGE_LOOKS.values()}
    assert named <= sprite()


def test_an_icon_of_the_map_is_in_the_sprite():
    assert {chain[-1].icon for chain in places.chains()} <= sprite()


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))


def test_our_own_scripts_stay_small_and_evaluate_nothing():
    scripts = [file.read_text() for file in (STATIC / "js").glob("*.js")]
    assert sum(text.count("\n") for text in scripts) < 600
    assert not re.search(r"\beval\(|new Function|innerHTML|https?://", "\n".join(scripts))


# -- colours: every ink on every ground it is used on --------------------------------------------------------------------------

TONES = [tone.value for tone in Tone]
PAIRS = [
    *((f"--state-{tone}-ink", f"--state-{tone}-soft") for tone in TONES),
    *((f"--state-{tone}-ink", "--surface") for tone in TONES),
    *(
        (ink, ground)
        for ink in ("--ink", "--ink-soft", "--ink-faint")
        for ground in ("--ground", "--surface", "--sunk")
    ),
    *(("--ink", f"--state-{tone}-soft") for tone in TONES),
    *(("--ink-soft", f"--state-{tone}-soft") for tone in TONES),
    *(("--accent", ground) for ground in ("--ground", "--surface", "--sunk")),
    ("--accent-ink", "--accent"),
    ("--accent-ink", "--accent-strong"),
    ("--accent-strong", "--accent-soft"),
    ("--danger-ink", "--danger"),
    ("--tip-ink", "--tip"),
]


def tokens(theme: str) -> dict[str, str]:
    css = (STATIC / "css/plumbline.css").read_text()
    block = css.split(f'[data-bs-theme="{theme}"] {{\n  color-scheme', 1)[1].split("}", 1)[0]
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, other: str) -> float:
    """WCAG 2.2's contrast ratio, 1..21."""
    light, dark = sorted((luminance(first), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_in_both_themes(theme, ink, ground):
    result = tokens(theme)
    assert contrast(result[ink], result[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_of_charts_and_controls_stand_out(theme):
    result = tokens(theme)
    for name in [*(f"--chart-{number}" for number in range(1, 9)), "--line-strong"]:
        assert contrast(result[name], result["--surface"]) >= 3, name


def test_both_themes_have_the_same_tokens():
    assert tokens("light").keys() == tokens("dark").keys()


# -- states ---------------------------------------------------------------------------------------------------------------------


def test_a_chip_says_its_word_beside_its_colour():
    chip = ui.state("not_enough_data")
    assert 'class="state state-muted"' in chip
    assert "#circle-dashed" in chip
    assert chip.endswith("Not enough data</span>")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("seen_twice", "Seen twice"),  # nobody described it: neutral, and still said
        (None, "–"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_an_unknown_word_is_neutral_and_harmless(word, shown):
    chip = ui.state(word)
    assert "state-muted" in chip
    assert shown in chip


# -- moments ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (timedelta(minutes=-5), "5 minutes ago"),
        (timedelta(hours=-1, seconds=-5), "1 hour ago"),
        (timedelta(days=2, seconds=5), "in 2 days"),
        (timedelta(0), "just now"),
    ],
)
def test_a_moment_tells_its_age(moment, shown):
    assert ui.ago(timezone.now() + moment) == shown


def test_a_moment_shows_the_whole_of_it_in_utc():
    eastern = datetime(2026, 3, 1, 9, 30, tzinfo=timezone.get_fixed_timezone(-300))
    html = fragment("values/time", at=eastern, full=True)
    assert html.count("2026-03-01 14:30:00 UTC") == 2  # in the title, and to be read


@pytest.mark.parametrize(("moment", "shown"), [(date(2026, 3, 1), "2026-03-01"), (None, "–")])
def test_a_day_has_no_clock_time(moment, shown):
    assert ui.utc(moment) == shown
    assert shown in fragment("values/time", at=moment)


def test_an_instant_in_utc_keeps_its_seconds():
    assert ui.utc(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02 03:04:05 UTC"


# -- whole pages ---------------------------------------------------------------------------------------------------------------------


def test_a_page_has_its_landmarks_and_the_skip_link_leads_to_them():
    html = render_to_string("base.html", {"user": person()}, request=request_for("/registry/models/"))
    assert 'href="#main"' in html
    assert html.count("<main") == html.count("<h1") == 1
    assert html.index("<main") < html.index("<h1")
    assert 'aria-current="page"' in html
    assert "approver, lead" in html
    assert '<meta name="csrf-token"' in html


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "errors/409", "errors/422", "errors/429", "errors/csrf"])
def test_an_error_page_needs_nothing_but_itself(name):
    html = render_to_string(f"{name}.html")
    assert re.search(r"<h1>.+</h1>", html)
    main = html.partition("<main")[2]
    assert 'href="/"' in main
    assert main.count('class="btn') == 2, "two ways on"


def test_a_refusal_says_every_fault_on_the_page_and_in_the_fragment():
    refusal = Refused("gate", "The gate says no.", faults=[Fault("auc", "low", "0.81 < 0.85"), Fault("", "x", "<b>")])
    for html in (
        render_to_string("errors/refusal.html", {"refusal": refusal, "user": person()}, request=request_for()),
        fragment("forms/refusal", refusal=refusal),
    ):
        assert "The gate says no." in html
        assert "0.81 &lt; 0.85" in html
        assert "&lt;b&gt;" in html


def test_the_sign_in_says_what_went_wrong():
    form = AuthenticationForm(data={"username": "", "password": ""})
    form.add_error(None, "Please enter a correct username and password.")
    html = render_to_string("registration/login.html", {"form": form, "user": SimpleNamespace()}, request=request_for())
    assert 'role="alert"' in html
    assert "correct username" in html
    assert html.count("This field is required.") == 2


def test_a_lock_says_why_and_who_is_not_kept_out():
    refusal = SimpleNamespace(message="Wait 15 minutes.")
    html = render_to_string("registration/locked_out.html", {"refusal": refusal})
    assert "Wait 15 minutes." in html
    assert "A device on which you have signed in before" in html


# -- fragments -------------------------------------------------------------------------------------------------------------------------


class Definition(forms.Form):
    name = forms.CharField(help_text="Lower-case letters.")
    rule = forms.ChoiceField(choices=[("none", "none"), ("drop", "drop")])
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    blocking = forms.BooleanField(required=False)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"class": "mono"}))

    def clean(self):
        raise forms.ValidationError("These two do not fit.")


def test_a_form_says_all_faults_at_once_and_each_at_its_field():
    html = fragment("forms/form", form=Definition({}), submit="Register")
    summary, fields = html.split("</ul>", 1)
    for sentence in ("These two do not fit.", '<a href="#id_name">Name</a>', '<a href="#id_rule">Rule</a>', "Kind"):
        assert sentence in summary
    assert 'aria-describedby="id_name_helptext id_name_error"' in fields
    assert 'id="id_name_helptext"' in fields
    assert 'id="id_name_error"' in fields
    assert 'aria-invalid="true"' in fields


def test_a_form_gives_every_control_its_one_look():
    html = fragment("forms/form", form=Definition(), submit="Register")
    assert 'class="form-control"' in html
    assert 'class="form-select"' in html
    assert 'class="form-check-input"' in html
    assert 'class="form-control mono"' in html
    assert "csrfmiddlewaretoken" in html
    assert 'role="alert"' not in html


def test_a_form_that_only_asks_carries_no_token():
    assert "csrfmiddlewaretoken" not in fragment("forms/form", form=Definition(), method="get")


def test_a_figure_stands_with_its_sentence_and_its_numbers():
    figure = {"data": [{"name": "</script><script>alert(1)"}]}
    parameters = {"title": "Score", "sentence": "It rose.", "columns": ["Month", "Score"], "rows": [["May", 41.25]]}
    html = fragment("charts/figure", id="score", figure=figure, **parameters)
    assert 'role="group" aria-label="Score"' in html
    assert 'data-chart="score"' in html
    assert "It rose." in html
    assert "<td>41.25</td>" in html
    assert "<script>alert" not in html


def test_a_digest_is_short_to_read_and_whole_to_copy():
    html = fragment("values/hash", digest=f"sha256:{DIGEST}", url="/there/")
    assert "<code>9f86d081884c</code>" in html
    assert f'data-copy="sha256:{DIGEST}"' in html
    assert 'href="/there/"' in html


@pytest.mark.parametrize(
    ("done", "total", "bar", "words"),
    [
        (7, 19, 'value="7" max="19"', "of 19"),
        (0, 19, 'value="0" max="19"', "of 19"),
        (None, 0, "<progress aria-label", "Starting"),  # not counted yet: the bar does not pretend
    ],
)
def test_progress_says_how_far_it_is(done, total, bar, words):
    html = fragment("values/progress", done=done, total=total, what="air_time")
    assert bar in html
    assert words in html
    assert "air_time" in html


def test_pages_keep_the_rest_of_the_query():
    request = request_for("/?search=delay&page=2")
    html = render_to_string(
        "ui/lists/pagination.html", {"page": Paginator(range(120), 50).get_page(2)}, request=request
    )
    assert "Page 2 of 3 · 120 in all" in html
    assert 'href="?search=delay&amp;page=1"' in html
    assert 'href="?search=delay&amp;page=3"' in html
    assert 'aria-label="Page 3"' in html


def test_pages_have_numbers_and_the_far_ones_are_left_out():
    page = Paginator(range(2_000), 50).get_page(20)
    numbers = [str(number) for number in ui.page_numbers(page)]
    assert numbers == ["1", "…", "18", "19", "20", "21", "22", "…", "40"]


def test_a_list_that_fits_one_page_has_no_way_through_it():
    assert not fragment("lists/pagination", page=Paginator(range(9), 50).get_page(1)).strip()


def test_a_diff_marks_what_went_and_what_came():
    html = fragment("values/diff", before="avg(x) -- '<'", after="sum(x) -- '<'")
    assert "<del>avg</del>" in html
    assert "<ins>sum</ins>" in html
    assert "'<'" not in html


def test_a_verdict_an_empty_state_and_a_figure_say_what_they_are_given():
    assert "verdict-bad" in fragment("values/verdict", word="BLOCKED", sentence="12.0 % of the rows differ.")
    assert 'href="/new/"' in fragment(
        "lists/empty", title="No checks", sentence="None yet.", url="/new/", action="Plan one"
    )
    assert "336,776" in fragment("values/stat", label="Rows", value=336776)


def test_a_message_is_said_by_its_level_in_words_too():
    html = fragment("page/messages", messages=[SimpleNamespace(level=level.ERROR, __str__=lambda: "")])
    assert "note-bad" in html
    assert "Not done." in html


def test_an_icon_is_decoration_unless_it_is_said():
    template = Template('{% load ui %}{% icon "check" %}|{% icon "check" "Done" %}')
    silent, part = template.render(Context()).split("|")
    assert 'aria-hidden="true"' in silent
    assert 'role="img" aria-label="Done"' in part
