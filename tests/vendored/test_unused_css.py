"""What is taken out of the vendored stylesheet is what no page can use, and nothing else."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from tests.vendored import unused_css
from tests.vendored.unused_css import ORIGINAL, ROOT, can_match, parsed, used_rules, without_unused_names


def thinned(css: str, *words: str) -> str:
    return "".join(map(str, used_rules(parsed(css), frozenset(words))))


def test_the_original_is_the_one_on_record():
    digest = hashlib.sha256(gzip.decompress(ORIGINAL.read_bytes())).hexdigest()
    assert digest in (ROOT / "static" / "vendor" / "VENDORED.md").read_text()


def test_no_page_lacks_a_rule():
    missing = unused_css.missing()
    assert not missing, (
        f"run `python3 -m tests.vendored.unused_css` and write the digest into VENDORED.md: {missing[:3]}"
    )


def test_what_is_served_stands_in_the_original_as_it_is():
    original, served = (
        {declaration for rule in unused_css._flat(parsed(css)) for declaration in unused_css._declarations(rule.body)}
        for css in (gzip.decompress(ORIGINAL.read_bytes()).decode(), unused_css.SERVED.read_text())
    )
    assert len(served) > 300
    assert served <= original


@pytest.mark.parametrize(
    ("css", "words", "expected"),
    [
        (".a{top:0}.b{top:1}", ["a"], ".a{top:0}"),
        (".a,.b{top:0}", ["b"], ".b{top:0}"),
        (".a .b{top:0}", ["a"], ""),
        (".a:not(.b){top:0}", ["a"], ".a:not(.b){top:0}"),
        ("p,[data-x='{;}']{top:0}", [], "p,[data-x='{;}']{top:0}"),
        ("@media print{.a{top:0}.b{top:1}}", ["b"], "@media print{.b{top:1}}"),
        ("@media print{.a{top:0}}", [], ""),
        (".w-1\\/2{top:0}", [], ""),
        ('.a{background:url("data:,}")}', ["a"], '.a{background:url("data:,}")}'),
        ("@font-face{src:local(x)}", [], "@font-face{src:local(x)}"),
    ],
)
def test_a_rule_stays_where_a_selector_can_match(css, words, expected):
    assert thinned(css, *words) == expected


def test_a_class_that_is_only_excluded_is_not_required():
    assert can_match(".btn:not(.btn-link):hover", frozenset({"btn"}))


def test_properties_and_animations_that_nothing_names_go():
    rules = parsed(
        ":root{--a:1;--b:var(--a);--c:2}p{top:var(--b);animation:turn 1s}@keyframes turn{to{top:0}}@keyframes off{to{top:0}}"
    )
    thin = "".join(map(str, without_unused_names(rules, "color: var(--own)")))
    assert thin == ":root{--a:1;--b:var(--a)}p{top:var(--b);animation:turn 1s}@keyframes turn{to{top:0}}"
    assert "--c:2" in "".join(map(str, without_unused_names(rules, "--c")))
