"""Where nothing exists yet every list says what comes next, whatever the filter."""

from __future__ import annotations

import pytest

from tests.access.empty_lists import FILTERED, UNFILTERED

TITLES = {f"{address}?{query}": title for address, (query, title) in FILTERED.items()}
TITLES |= {address: title for address, (_, title) in FILTERED.items()} | UNFILTERED


@pytest.mark.same_on_both
@pytest.mark.parametrize("address", TITLES)
def test_a_list_without_an_entry_says_that_nothing_exists_yet(browser_of, address):
    answer = browser_of("lead").get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<p class="empty-title">{TITLES[address]}</p>' in page
    assert "Nothing matches" not in page
