"""The headers of Standard Webhooks, held to an HMAC of our own and to the example of the specification."""

from __future__ import annotations

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.signatures import key_of, new_secret, secret_fault, signed_headers, standard_headers

OLD = "a secret of thirty-two characters"
AT = 1_772_366_400


@pytest.mark.parametrize(
    ("secret", "key"),
    [(OLD, OLD.encode()), ("whsec_" + base64.b64encode(b"k" * 32).decode(), b"k" * 32), ("whsec_!", b"whsec_!")],
)
def test_the_key_is_what_the_secret_encodes_or_the_secret_itself(secret, key):
    assert key_of(secret) == key


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=10**12), st.sampled_from([OLD, new_secret()]))
def test_the_signature_is_the_hmac_of_id_time_and_body(body, number, secret):
    headers = standard_headers(secret, delivery=number, timestamp=AT, body=body)
    due = hmac.new(key_of(secret), b"delivery_%d.1772366400." % number + body, "sha256").digest()
    assert headers == {
        "webhook-id": f"delivery_{number}",
        "webhook-timestamp": "1772366400",
        "webhook-signature": "v1," + base64.b64encode(due).decode(),
    }


def test_the_headers_that_came_before_stay_for_one_release():
    headers = signed_headers(OLD, delivery=12, event="alert.opened", timestamp=AT, body=b"{}")
    due = hmac.new(OLD.encode(), b"12.1772366400.{}", "sha256").hexdigest()
    assert {name: value for name, value in headers.items() if name.startswith("X-")} == {
        "X-Plumbline-Delivery": "12",
        "X-Plumbline-Timestamp": "1772366400",
        "X-Plumbline-Event": "alert.opened",
        "X-Plumbline-Signature": f"sha256={due}",
    }
    assert len(headers) == 7


@pytest.mark.parametrize(
    ("length", "fault"), [(23, "this one has 23"), (24, ""), (32, ""), (64, ""), (65, "this one has 65")]
)
def test_a_secret_has_24_to_64_bytes(length, fault):
    sentence = secret_fault("whsec_" + base64.b64encode(b"k" * length).decode())
    assert (fault in sentence) if fault else sentence == ""


def test_a_secret_that_is_not_base64_is_refused_and_a_new_one_never_is():
    assert "not base64" in secret_fault("whsec_" + "-" * 40)
    assert len({new_secret() for _ in range(5)}) == 5
    assert secret_fault(new_secret()) == ""
