"""A few rows for the corpus, with the nulls, halves, ties and edges that engines treat differently."""

from __future__ import annotations

import datetime as dt

D, T = dt.date, dt.datetime
NAMES = ("id", "user_id", "country", "status", "email", "payload", "amount", "fee", "n", "quantity", "flag", "d", "birth", "ts", "seen", "tags", "scores")  # fmt: skip
SQL_TYPES = ("BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE", "INTEGER", "BIGINT", "BOOLEAN", "DATE", "DATE", "TIMESTAMP", "TIMESTAMP", "VARCHAR[]", "DOUBLE[]")  # fmt: skip
ROWS = [
    (1, "u1", "DE", "2024-02-29", "ann@gmail.com", '{"plan": "pro", "score": 7, "device": {"os": "ios"}}', 2.5, 1.0, 3, 7, True, D(2024, 2, 25), D(1990, 3, 31), T(2024, 2, 25, 23, 59, 59, 500_000), T(2024, 2, 24, 22, 0), ["new", "vip"], [1.0, 2.5]),
    (2, "u1", "AT", "2023-12-31", "Bob.B@site.co.at", '{"plan": null, "score": 2, "device": {"os": "android"}}', 3.5, 4.0, 2, 8, False, D(2024, 3, 1), D(2000, 2, 29), T(2024, 3, 1, 0, 0), T(2024, 2, 29, 1, 30), ["old"], [4.0]),
    (3, "u1", "  ch ", "2024-01-01", "x_y+1@gmail.com", '{"plan": "free", "score": 0}', 150.125, 0.5, 7, -7, True, D(2024, 3, 31), D(1985, 12, 1), T(2024, 3, 31, 1, 30), T(2024, 3, 1, 12, 0), [], []),
    (4, "u2", "DE", "2024-07-06", "carl@web.de", '{"plan": "pro", "device": {"os": "ios"}, "score": 9}', 10.0, None, 5, 12, False, D(2024, 7, 6), D(2001, 1, 1), T(2024, 7, 6, 12, 30, 15), T(2024, 7, 6, 12, 0), None, None),
    (5, "u2", "FR", "2024-12-29", "dora@gmail.com", '{"plan": "free", "score": 5, "device": {"os": "web"}}', 0.25, 2.0, 4, 3, None, D(2024, 12, 29), D(1999, 12, 31), T(2024, 12, 29, 6, 0), T(2024, 12, 25, 6, 1), ["new", None], [3.0, None]),
    (6, "u2", "A1", "2025-01-05", "EVE@X.ORG", '{"plan": "pro", "score": 1, "device": {"os": "ios"}}', 99.995, 50.0, 6, 100, True, D(2025, 1, 5), D(2005, 6, 15), T(2025, 1, 5, 18, 45, 1), T(2025, 1, 1, 0, 0), ["vip", "new", "x"], [9.0, 1.0, 5.0]),
    (7, "u3", "DE", "2024-05-05", "f@gmail.com", '{"plan": "pro", "score": 3, "device": {"os": "ios"}}', None, 3.0, 1, 9, True, D(2024, 5, 5), D(1970, 1, 1), T(2024, 5, 5, 9, 9, 9), T(2024, 5, 4, 9, 9, 10), ["a"], [2.0]),
    (8, "u3", "DE", "2024-05-06", "g@gmail.com", '{"plan": "pro", "score": 4, "device": {"os": "web"}}', 7.0, 7.0, 9, 10, False, D(2024, 5, 6), D(1995, 5, 6), T(2024, 5, 6, 0, 0, 1), T(2024, 5, 5, 23, 0), ["b"], [2.0, 2.0]),
]  # fmt: skip
