"""What to write instead of a function that feature logic may not call.

>>> unknown_function("dat_trunc")
'dat_trunc is not a function that feature logic may call. Did you mean date_trunc or datetrunc?'
>>> unknown_function("nvl")
'nvl is not a function of DuckDB. Write coalesce(a, b), or choose the dialect that it comes from.'
"""

from __future__ import annotations

from difflib import get_close_matches

from registry.compute.sandbox.acceptance.grammar import CLOCK_AND_CHANCE, FUNCTIONS

NEAR = 0.75
INSTEAD = {
    "nvl": "coalesce(a, b)",
    "nvl2": "CASE WHEN a IS NOT NULL THEN b ELSE c END",
    "iff": "if(condition, a, b)",
    "zeroifnull": "coalesce(a, 0)",
    "nullifzero": "nullif(a, 0)",
    "div0": "CASE WHEN b = 0 THEN 0 ELSE a / b END",
    "safe_divide": "a / nullif(b, 0)",
    "safe_cast": "TRY_CAST(a AS type)",
    "date_format": "strftime(t, '%Y-%m')",
    "format_date": "strftime(t, '%Y-%m')",
    "to_char": "strftime(t, '%Y-%m')",
    "rlike": "regexp_matches(s, 'pattern')",
    "regexp_like": "regexp_matches(s, 'pattern')",
    "regexp_contains": "regexp_matches(s, 'pattern')",
    "regexp_substr": "regexp_extract(s, 'pattern')",
    "get_json_object": "json_extract_string(s, '$.path')",
    "datediff_days": "date_diff('day', a, b)",
    "timestampdiff": "date_diff('day', a, b)",
    "add_months": "t + to_months(n)",
    "log1p": "ln(1 + x)",
    "unix_timestamp": "epoch(t)",
    "array_size": "len(list)",
    "cardinality": "len(list)",
    "percentile_approx": "quantile_cont(x, 0.5)",
    "approx_quantiles": "quantile_cont(x, 0.5)",
    "initcap": "upper(left(s, 1)) || lower(substr(s, 2))",
}
TOO_MUCH = {
    "list": "a list of all rows",
    "array_agg": "a list of all rows",
    "string_agg": "a text of all rows",
    "group_concat": "a text of all rows",
    "listagg": "a text of all rows",
    "histogram": "a map of all rows",
    "repeat": "much text from little",
    "range": "much from little",
    "generate_series": "much from little",
    "format": "text of any width",
    "printf": "text of any width",
    "levenshtein": "a comparison that no time limit stops",
    "damerau_levenshtein": "a comparison that no time limit stops",
}


def unknown_function(name: str) -> str:
    """Why the function may not be called, and what comes nearest to it."""
    if name in CLOCK_AND_CHANCE:
        return not_again(name)
    if name in TOO_MUCH:
        return f"{name} makes {TOO_MUCH[name]}, which feature logic may not. Use a column that holds the value."
    if name in INSTEAD:
        return f"{name} is not a function of DuckDB. Write {INSTEAD[name]}, or choose the dialect that it comes from."
    near = get_close_matches(name, sorted(FUNCTIONS), 2, NEAR)
    hint = f" Did you mean {' or '.join(near)}?" if near else " docs/dialects.md lists those that it may."
    return f"{name} is not a function that feature logic may call.{hint}"


def not_again(name: str) -> str:
    if name == "hash":
        return "hash may give another value in another version of the engine, and a feature must not. Use md5."
    return f"{name} gives a different value each time, but a feature must give the same value when it is computed again. Use a column."
