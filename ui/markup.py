"""Text from documents into inert HTML: escaping, links, the mark round a quote.

Knows nothing of answers or pages. Everything that ends up in the page passes through `text`.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote as percent
from urllib.parse import urlsplit

_NEAR = 220  # characters of the passage shown on each side of a quote before "show more"


def text(value: str) -> str:
    """`value` as text that no browser reads as markup, in an element or an attribute."""
    return escape(value, quote=True)


def web_address(url: str) -> str:
    """`url` if it is a plain http(s) address, else nothing: no script, data or file links."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    odd = any(character.isspace() or not character.isprintable() for character in url)
    return url if parts.scheme in ("http", "https") and host and not odd else ""


def deep_link(url: str, quote: str, page: int | str | None = None) -> str:
    """`url`, opened at the quote: the page of a PDF, or the words themselves in a web page."""
    address = web_address(url)
    if not address or "#" in address:
        return address
    if urlsplit(address).path.lower().endswith(".pdf"):
        return f"{address}#page={percent(str(page), safe='')}" if page else address
    words = quote.split()
    ends = [words] if len(words) <= 12 else [words[:5], words[-5:]]
    # Hyphens are syntax in a text fragment, and percent-encoding leaves them alone.
    fragment = ",".join(percent(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{address}#:~:text={fragment}"


def found(context: str, quote: str) -> tuple[int, int] | None:
    """Where `quote` stands in `context`, line breaks and double spaces aside."""
    at = context.find(quote)
    if quote and at >= 0:
        return at, at + len(quote)
    words = quote.split()
    if not words:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), context)
    return match.span() if match else None


def marked(context: str, quote: str) -> tuple[str, bool]:
    """The passage as HTML with the quote marked, and whether far parts of it are folded away."""
    span = found(context, quote)
    if span is None:
        # Never show a passage as if it held the quote when it cannot be pointed to.
        return f"<mark>{text(quote)}</mark>" if quote else text(context), False
    start, end = span
    far_before, before = _split_near(context[:start], from_end=True)
    after, far_after = _split_near(context[end:], from_end=False)
    html = (
        _folded(far_before, "… ", leading=True)
        + f"{_closed(before)}<mark>{text(context[start:end])}</mark>{_closed(after)}"
        + _folded(far_after, " …", leading=False)
    )
    return html, bool(far_before or far_after)


def _split_near(side: str, *, from_end: bool) -> tuple[str, str]:
    """Cut one side of a passage between words, so that about `_NEAR` characters stay."""
    if len(side) <= _NEAR * 1.3:
        return ("", side) if from_end else (side, "")
    if from_end:
        cut = side.find(" ", len(side) - _NEAR) + 1 or len(side) - _NEAR
    else:
        cut = side.rfind(" ", 0, _NEAR)
        cut = cut if cut > 0 else _NEAR
    return side[:cut], side[cut:]


def _closed(side: str) -> str:
    """Inert text without its blank lines: what stands round a quote only sets its scene."""
    return text(re.sub(r"\n\s*\n", "\n", side))


def _folded(far: str, gap: str, *, leading: bool) -> str:
    if not far:
        return ""
    ellipsis, hidden = f'<span class="gap">{gap}</span>', f'<span class="far">{_closed(far)}</span>'
    return hidden + ellipsis if leading else ellipsis + hidden
