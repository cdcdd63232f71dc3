"""Texts that are cut to a vendor's length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.rules.formats.text import cut


@given(st.text(max_size=200), st.integers(min_value=1, max_value=100))
def test_a_text_is_never_longer_than_allowed_even_when_its_characters_grow(text, longest):
    assert len(cut(text, longest)) <= longest
    grown = cut(text, longest, write=lambda mark: "&amp;" if mark == "&" else mark)
    assert len(grown) <= longest


def test_what_fits_stays_as_it_is():
    assert cut("demand", 6) == "demand"
    assert cut("demand v1", 8) == "demand…"
