"""Texts that somebody might write to have a reader's browser, or spreadsheet, do something for them."""

from __future__ import annotations

MARK = "data-planted"  # whatever of these becomes an element has it, or asks for a dialog
PLANTED = (
    f"<script {MARK}>alert(1)</script>",
    f"</script><script {MARK}>alert(2)</script>",
    f"<img {MARK} src=x onerror=alert(3)>",
    f"<svg {MARK} onload=alert(4)></svg>",
    f"<svg {MARK}><animate onbegin=alert(5) attributeName=x dur=1s></svg>",
    f'"><b {MARK} onmouseover=alert(6)>six</b>',
    f"'><b {MARK} onfocus=alert(7) tabindex=0 autofocus>seven</b>",
    f'" autofocus onfocus=alert(8) {MARK} x="',
    f"' autofocus onfocus=alert(9) {MARK} x='",
    f"</title><script {MARK}>alert(10)</script>",
    f"</textarea><script {MARK}>alert(11)</script>",
    f"</option></select><img {MARK} src=x onerror=alert(12)>",
    f"</td></tr></table><img {MARK} src=x onerror=alert(13)>",
    f"--><script {MARK}>alert(14)</script>",
    f"]]><script {MARK}>alert(15)</script>",
    f"<iframe {MARK} srcdoc='<script>parent.alert(16)</script>'></iframe>",
    f"<iframe {MARK} src=javascript:alert(17)></iframe>",
    f"<a {MARK} href=javascript:alert(18)>eighteen</a>",
    "javascript:alert(19)//",
    "JaVaScRiPt:alert(20)//https://example.com/",
    "data:text/html,<script>alert(21)</script>",
    f"<form {MARK} action=javascript:alert(22)><button>go</button></form>",
    f"<meta {MARK} http-equiv=refresh content='0;url=javascript:alert(23)'>",
    f"<base {MARK} href=https://elsewhere.example/>",
    f"<details {MARK} open ontoggle=alert(25)>x</details>",
    f"<div {MARK} hx-get=/audit/ hx-trigger=load hx-on::load=alert(26)>x</div>",
    f"<style {MARK}>@import 'https://elsewhere.example/x.css';</style>",
    f"&lt;img {MARK} src=x onerror=alert(28)&gt;",
    "{{ 7|add:7 }} {% load x %} ${alert(29)} <%= 7 %>",
    f"\u2028<math {MARK}><mtext><img src=x onerror=alert(30)></math>[x](javascript:alert(30))",
)


def planted(place: int) -> str:
    """All of them in one text, each of the thirty first for another ``place``."""
    turn = place % len(PLANTED)
    return " ".join(PLANTED[turn:] + PLANTED[:turn])
