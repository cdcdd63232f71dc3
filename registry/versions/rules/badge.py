"""A badge as SVG: a label and a state, for a README or a catalogue.

>>> svg = badge("demand", "blocked", "bad")
>>> svg.startswith("<svg "), "blocked" in svg
(True, True)
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

COLORS = {"ok": "#2e7d32", "warn": "#a05a00", "bad": "#c62828", "info": "#1f5fa8"}
OTHERWISE = "#57606a"
LONGEST, HEIGHT, LETTER, PADDING = 40, 20, 7, 12


def badge(label: str, state: str, tone: str) -> str:
    """The badge; whatever it is called is text."""
    label, state = label[:LONGEST], state[:LONGEST]
    left, right = (len(text) * LETTER + PADDING for text in (label, state))
    whole = left + right
    texts = "".join(
        f'<text x="{x}" y="14" text-anchor="middle" fill="#fff">{escape(text)}</text>'
        for x, text in ((left // 2, label), (left + right // 2, state))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" role="img" aria-label={quoteattr(f"{label}: {state}")}>'
        f"<title>{escape(f'{label}: {state}')}</title>"
        f'<rect width="{left}" height="{HEIGHT}" fill="#3b434b"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{COLORS.get(tone, OTHERWISE)}"/>'
        f'<g font-family="Verdana,Geneva,sans-serif" font-size="11">{texts}</g></svg>'
    )
