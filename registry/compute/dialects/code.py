"""Logic that is code in another language: stored and hashed as text, compared by its tokens, never parsed as SQL and never run.

>>> looks_like_python("def f(df):\\n    return df.amount.fillna(0)"), looks_like_python("AVG(x) OVER (ORDER BY t)")
(True, False)
"""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator

from registry.compute.definition import PYTHON
from registry.compute.sandbox.faults import Fault

ENGINE = "duckdb"
CODE = frozenset({PYTHON})
LONGEST = 50_000
# What no SQL expression has outside of its texts.
STATEMENTS = re.compile(
    r"^\s*(?:@?def |async def |import \w|from [\w.]+ import |class \w+[:(]|lambda \w*[,:]|return\b|@\w+)|\blambda\b[^:]*:",
    re.MULTILINE,
)
METHODS = re.compile(
    r"\.(?:fillna|groupby|rolling|apply|astype|shift|mean|transform|withColumn|agg|isin|clip|str|dt|diff|cumsum|merge|assign)\b\s*[(.]"
)
FRAMES = re.compile(r"\b(?:df|pd|np|F|self)(?:\.\w+|\[['\"])")
TEXT = re.compile(r"'[^']*'")
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER})
INDENTED = frozenset(
    {tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE}
)  # that they are there counts, not how wide they are
SIMPLE_TEXT = re.compile(r"([A-Za-z]*)'([^'\"\\]*)'\Z")
RATHER = Fault(
    "python",
    'This looks like Python, and dialect duckdb takes one SQL expression. Choose the dialect "python": it is compared by its tokens and never run.',
)
NOT_RUN = "{name} is {language}: Plumbline compares it by its tokens and never runs it. Compare two materialized columns instead."


def looks_like_python(logic: str) -> bool:
    """Whether the text is rather Python than SQL."""
    bare = TEXT.sub("''", logic)
    return bool(STATEMENTS.search(bare) or METHODS.search(bare) or FRAMES.search(logic))


def code_faults(logic: str) -> Iterator[Fault]:
    """What is wrong with code as a text: nothing else is looked at."""
    if not logic.strip():
        yield Fault("empty", "The logic is empty. Give the code that computes the feature.")
    if len(logic) > LONGEST:
        yield Fault("too_long", f"The code has {len(logic):,} characters; at most {LONGEST:,} are allowed.")
    for place, letter in enumerate(logic[:LONGEST]):
        if letter not in "\n\t" and unicodedata.category(letter) in INVISIBLE:
            yield Fault("character", f"Character {place + 1}: U+{ord(letter):04X} cannot be seen. Remove it.", place)
            return


def code_tokens(code: str) -> list[list[str]] | None:
    """What Python reads in code: its tokens, without comments, blank lines and the width of spaces. None where it reads none.

    >>> code_tokens("x = f( 'a' )  # why") == code_tokens('x = f(\\n    "a"\\n)'), code_tokens("x = (")
    (True, None)
    """
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type not in LAYOUT]
    except (tokenize.TokenError, SyntaxError):
        return None
    return [
        [tokenize.tok_name[token.type], "" if token.type in INDENTED else SIMPLE_TEXT.sub(r'\1"\2"', token.string)]
        for token in tokens
    ]
