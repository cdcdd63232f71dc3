"""Lists of issues as rows."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.files import columns_of
from platform_site.text.csv_files import Unreadable


def test_json_is_not_csv():
    with pytest.raises(Unreadable, match="Choose the format github"):
        columns_of('[{"number": 1}]', "csv")
