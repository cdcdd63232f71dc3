"""What was learned from people's labels, as arrays: TF-IDF over words and pieces of words, then multinomial logistic regression.

Training is scikit-learn's (`assessments.tickets.learning`); this is the same arithmetic on stored weights, by numpy alone.
Reference: Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from assessments.tickets.rules.tickets import Proposal

WORD = re.compile(r"\w+")
SHORTEST, LONGEST = 3, 5
BODY_LETTERS = 500


class Weights(NamedTuple):
    """Terms (n), their inverse document frequency (n), and for each of k types coefficients (k, n) and intercept (k)."""

    types: list[str]
    terms: dict[str, int]
    idf: np.ndarray
    coefficients: np.ndarray
    intercepts: np.ndarray


def text_of(title: str, body: str) -> str:
    """The text that counts: the title, and the first 500 characters of the body."""
    return f"{title}\n{body[:BODY_LETTERS]}"


def terms_of(text: str) -> list[str]:
    """Words, pairs of words, and pieces of 3 to 5 letters inside words; what a term is stands before its colon.

    >>> terms_of("Add me")
    ['1:add', '1:me', '2:add me', 'p: ad', 'p:add', 'p:dd ', 'p: add', 'p:add ', 'p: add ', 'p: me', 'p:me ', 'p: me ']
    """
    words = WORD.findall(text.lower())
    terms = [f"1:{word}" for word in words]
    terms += [f"2:{first} {second}" for first, second in pairwise(words)]
    for word in words:
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            terms += [f"p:{padded[at : at + size]}" for at in range(len(padded) - size + 1)]
    return terms


def propose(weights: Weights, title: str, body: str = "") -> Proposal:
    """The likeliest type and its probability."""
    chances = probabilities(weights, text_of(title, body))
    best = int(chances.argmax())
    return Proposal(weights.types[best], round(float(chances[best]), 2), "model")


def probabilities(weights: Weights, text: str) -> np.ndarray:
    """The probability of each type (k), which add to 1."""
    counts = Counter(term for term in terms_of(text) if term in weights.terms)
    scores = weights.intercepts.astype(np.float64)
    if counts:
        at = np.fromiter((weights.terms[term] for term in counts), dtype=np.int64, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * weights.idf[at]
        scores = scores + weights.coefficients[:, at] @ (values / np.linalg.norm(values))
    likely = np.exp(scores - scores.max())
    chances: np.ndarray = likely / likely.sum()
    return chances


def pack(weights: Weights) -> bytes:
    """As a compressed .npz file without objects, so that reading it runs nothing."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        types=np.array(weights.types),
        terms=np.frombuffer("\n".join(weights.terms).encode(), dtype=np.uint8),
        idf=weights.idf.astype(np.float32),
        coefficients=weights.coefficients.astype(np.float32),
        intercepts=weights.intercepts.astype(np.float32),
    )
    return file.getvalue()


def unpack(content: bytes) -> Weights:
    """The weights that `pack` stored."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        terms = file["terms"].tobytes().decode().split("\n")
        return Weights(
            [str(word) for word in file["types"]],
            {term: place for place, term in enumerate(terms)},
            file["idf"],
            file["coefficients"],
            file["intercepts"],
        )
