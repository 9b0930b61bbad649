"""Template tags (Jinja, Liquid, Handlebars, Hugo, ERB) in pages that nobody has rendered.

Only what is clearly a tag goes: its brackets hold a name or an expression. "Between {{ and }}",
LaTeX's `\\frac{{a}}{{b}}` and what is marked as code stay.
"""

import re

HOLE = "…"
"""What is put where a value would be. Without it "There are {{ count }} councils" would state that
there are councils, and "{% if old %}50{% else %}60{% endif %} councils" that there are 5060."""

_ANY = re.compile(r"\{[{%#]|<%")
_NAMED = r"(?!(?:and|or|to)\b)[^\W\d]"  # "between {% and %}" is prose
_EXPRESSION = rf"""(?:{_NAMED}|[.@$"'(\[])"""
# each stops where another begins, so that none is looked at twice
_COMMENT = (
    r"\{#[\s-](?:(?!#\}|\{#).)+#\}"
    r"|\{\{!--(?:(?!--\}|\{\{!).)*--\}\}|\{\{!(?!-)[^{}]+\}\}|\{\{-?\s?/\*[^{}]*\*/\s?-?\}\}"
    r"|<%(?:\#|--)(?:(?!%>|<%).)+%>"
    r"|\{%-?\s*comment\b[^{}]*%\}(?:(?!\{%-?\s*(?:end)?comment\b).)*\{%-?\s*endcomment\s*-?%\}"
)
_STATEMENT = (
    rf"\{{%[-+~]?\s*+(?!raw\b){_NAMED}[^{{}}]*%\}}"
    r"|\{\{[-~]?\s*(?:[#/^><%]\s*/?[^\W\d]|(?:if|else|end|range|with|block|define)\b)[^{}]*\}\}"
    r"|<%(?![=-])@?\s*+(?!(?:and|or)\b)[^\s%>](?:(?!%>|<%).)*%>"
)
_VALUE = (
    r"(?<![\\^_])\{\{\{?[-~&]?(?:"
    rf"\s*+{_EXPRESSION}[^\s{{}}]*\s*"
    rf"|\s++{_EXPRESSION}[^{{}}]*\s"
    rf"|{_EXPRESSION}[^{{}}]*(?:[|=\"]|\s')[^{{}}]*"  # but BibTeX's {{The Title}} is prose
    r")[-~]?\}?\}\}"
    r"|<%[=-]{1,2}+\s*+[^\s%>](?:(?!%>|<%).)*%>"
)
_TAG = (
    r"\\[A-Za-z]+\*?(?:\{+[^{}\n]*\}+)+"  # LaTeX, left as it is
    r"|\{%-?\s*raw\s*-?%\}(?P<raw>.*?)(?:\{%-?\s*endraw\s*-?%\}|\Z)"
    rf"|(?P<lines>^[ \t]*(?:(?:{_COMMENT}|{_STATEMENT})[ \t]*)+(?:\n|\Z))"
    rf"|(?P<comment>{_COMMENT})|(?P<statement>{_STATEMENT})"
    rf"|(?P<value>(?:{_VALUE})(?:[ \t]*(?:{_VALUE}))*)"
)
_MARKED_CODE = r"<(?P<code>pre|code|kbd|samp)\b.*?(?:</(?P=code)\s*>|\Z)"
_FENCED = (
    r"^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(?P<fence>`{3,}+|~{3,}+)[^`\n]*\n"
    r".*?(?:^[ \t>]*(?P=fence)|\Z)"
)
_TICKED = r"(?<!`)(?P<ticks>`++)(?:(?!\n[ \t]*\n).){1,1000}?(?<!`)(?P=ticks)(?!`)"
_INDENTED = r"(?<=\n)[ \t]*\n(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+"
_FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE
IN_HTML = re.compile(f"{_MARKED_CODE}|{_TAG}", _FLAGS)
IN_SITE_MARKDOWN = re.compile(f"{_FENCED}|{_TICKED}|{_MARKED_CODE}|{_TAG}", _FLAGS)
IN_MARKDOWN = re.compile(f"{_FENCED}|{_INDENTED}|{_TICKED}|{_MARKED_CODE}|{_TAG}", _FLAGS)

_IN_MARKUP = re.compile(r"<[a-z/!][^<>]*\Z", re.IGNORECASE)
_AMID_WORDS = re.compile(r"[\w,)”’…][ \t]*\Z")  # a sentence has begun and not ended
_CLOSES = re.compile(r"[{%<~\s-]*(?:end|[/}])", re.IGNORECASE)
_END = re.compile(r"[ \t]*(?:[<\n]|\Z)")
_REACH = 1000  # characters in which the beginning of the markup around a tag is looked for


def without_tags(source: str, tags: re.Pattern[str]) -> tuple[str, int]:
    """A page's source without its template tags, and how many characters of text they were.

    `tags` is one of IN_HTML, IN_MARKDOWN and IN_SITE_MARKDOWN: pages of a site generator, which
    have front matter, indent their tags as a template does; elsewhere what is indented is code.
    """
    if not _ANY.search(source):
        return source, 0
    parts: list[str] = []
    before, at, removed = "", 0, 0
    for match in tags.finditer(source):
        parts.append(source[at : match.start()])
        before = (before + parts[-1])[-_REACH:]
        in_markup = bool(_IN_MARKUP.search(before))
        parts.append(_left(match, before, in_markup))
        before += parts[-1]
        at = match.end()
        removed += 0 if in_markup else len(match[0]) - len(parts[-1])
    return "".join(parts) + source[at:], removed


def _left(match: re.Match[str], before: str, in_markup: bool) -> str:
    """What is left of a tag, or of what only looked like one; `before` ends where it begins."""
    kind = match.lastgroup
    if kind in ("lines", "comment"):
        return ""
    if kind == "raw":  # the tag by which authors say that those within are none
        return match["raw"]
    if kind not in ("statement", "value"):
        return match[0]
    if in_markup:  # apart from the name of the element
        return f" {HOLE} "
    if before.rstrip(" \t").endswith(HOLE):
        return ""
    if kind == "value":
        return HOLE
    ends = _CLOSES.match(match[0]) and _END.match(match.string, match.end())
    if _AMID_WORDS.search(before[-20:]) and not ends:
        return HOLE
    return "" if before[-1:] in "\n >" else " "  # what ends before must not run into what follows
