"""What the database keeps sealed: read by the key alone, and never alike twice."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.outbound.sealing import CannotUnseal, reseal, seal, unseal


@given(st.text(max_size=300))
def test_what_is_sealed_is_read_again(text):
    assert unseal(seal(text)) == text


def test_two_seals_of_one_text_differ_and_show_nothing_of_it():
    first, second = seal("a secret " * 20), seal("a secret " * 20)
    assert first != second
    assert b"secret" not in base64.urlsafe_b64decode(first)


@given(st.integers(0, 1 + 8 + 16 + 16 + 32 - 1), st.integers(1, 255))
def test_a_changed_bit_is_seen(place, change):
    raw = bytearray(base64.urlsafe_b64decode(seal("my secret")))
    raw[place] ^= change
    with pytest.raises(CannotUnseal):
        unseal(base64.urlsafe_b64encode(raw).decode())


@pytest.mark.parametrize("text", ["", "x", "plain text", "é", base64.b64encode(b"short").decode()])
def test_what_was_never_sealed_is_reported(text):
    with pytest.raises(CannotUnseal):
        unseal(text)


def test_another_key_reads_nothing(settings):
    sealed = seal("my secret")
    settings.SECRET_KEY = "another key, that is long enough to be one"
    with pytest.raises(CannotUnseal, match="another SECRET_KEY"):
        unseal(sealed)


def test_an_earlier_key_reads_on_until_it_is_sealed_anew(settings):
    sealed, old = seal("my secret"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, that is long enough to be one", [old]
    assert unseal(sealed) == "my secret"
    fresh = reseal(sealed)
    assert (reseal(fresh), fresh == sealed) == (fresh, False)  # once is enough
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(fresh) == "my secret"
    with pytest.raises(CannotUnseal):
        reseal(sealed)
