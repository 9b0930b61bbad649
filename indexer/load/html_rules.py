"""What the elements of a page are by tag, role and name: unseen, a footnote's mark, surroundings.

Class names are no standard, so those listed here are common ones, and none may rule out what holds
most of a page's text.
"""

import re

from lxml.html import HtmlElement

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search "
    "section summary table tbody td tfoot th thead tr ul".split()
) | frozenset(HEADINGS)
ITEMS = frozenset("li dd dt".split())
PLAIN_BLOCKS = frozenset("div p ul ol li dl dt dd table tr td th tbody section".split())

_UNSEEN = frozenset(
    "script style template noscript head title meta link svg canvas object embed applet iframe "
    "video audio map datalist rp rt annotation annotation-xml noframes".split()
)
_CONTROLS = frozenset("select option optgroup textarea progress meter".split())
_STRUCK = frozenset("del s strike".split())  # what a text no longer says is not to be quoted
_ALWAYS_SEEN = frozenset("html body main article".split())  # shown by a script once all is loaded
_CHROME = frozenset("nav footer aside menu".split())  # `menu` is for commands
_CHROME_UNLESS_MOST = frozenset("form header fieldset".split())
_CHROME_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar".split()
)
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|gdpr|consent|breadcrumbs?|skip-?(?:link|nav|to)\S*|shar(?:e|ing)"
    r"|social-?(?:media|links?|icons?|bar|buttons?|nav)|newsletter|sign-?up|subscribe|related"
    r"|recommended|advert\w*|ads?|promos?|sponsored|comments|disqus\S*|sidebar|pagination|pager"
    r"|job-?(?:ads?|adverts?|alerts?|board|widget|listings?)|toolbar|navbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN_NAME = re.compile(
    r"(?:^|\s)(?:\S*visually-?hidden\S*|sr-only|screen-reader-(?:text|only)|mw-editsection"
    r"|headerlink|d-none)(?:$|\s)"
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTES = re.compile(r"footnotes?(?!-ref)|endnotes?|doc-(?:footnote|endnote)s?", re.IGNORECASE)
_NOTE_LINK = re.compile(r"noteref|note-ref|backlink|back-?ref|fnref|footnote", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\s\[(]*(?:\d{1,3}|[a-z*†‡§]|[ivx]{1,5})[\s\])]*|[↩↑^\ufe0e\s]+")


def is_unseen(element: HtmlElement) -> bool:
    """Whether people do not see the element, or only as a number that leads to a footnote."""
    return element.tag in _UNSEEN or _is_hidden(element) or _is_note_mark(element)


def is_no_text(element: HtmlElement) -> bool:
    """Whether it is seen but no part of the text: a control, or words that are struck out."""
    if element.tag == "button":  # one that unfolds a section holds its heading
        return not is_inside(element, "summary", *HEADINGS)
    return element.tag in _CONTROLS or element.tag in _STRUCK


def is_notes(element: HtmlElement) -> bool:
    """Whether it holds footnotes."""
    return bool(_NOTES.search(f"{_name(element)} {_role(element)}"))


def is_navigation(element: HtmlElement) -> bool:
    """Whether it is a list of where else to go, such as a book's table of contents."""
    return element.tag == "nav" or _role(element) in ("navigation", "doc-toc")


def is_chrome(element: HtmlElement, page: "PageSize") -> bool:
    """Whether it surrounds a page's content: navigation, banners, share bars, adverts, comments."""
    tag = element.tag
    if tag in _ALWAYS_SEEN:
        return False
    if tag in _CHROME or _role(element) in _CHROME_ROLES:
        return not (tag == "footer" and is_inside(element, "blockquote"))
    if tag == "header" and (
        is_inside(element, "main", "article") or element.find(".//h1") is not None
    ):  # it holds the title; others are the site's
        return False
    if tag in _CHROME_UNLESS_MOST or _CHROME_NAME.search(_name(element)):
        return not page.is_mostly(element)
    return False


def is_inside(element: HtmlElement, *tags: str) -> bool:
    """Whether one of its ancestors is one of `tags`."""
    return next(element.iterancestors(*tags), None) is not None


class PageSize:
    """How much text a page holds, counted when it is first asked for."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._size: int | None = None

    def is_mostly(self, element: HtmlElement) -> bool:
        """Whether more than half of the page's text is in `element`."""
        if self._size is None:
            self._size = len(self._tree.text_content())
        return len(element.text_content()) * 2 > self._size


def _name(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _role(element: HtmlElement) -> str:
    return element.get("role") or element.get("epub:type") or ""


def _is_hidden(element: HtmlElement) -> bool:
    tag, get = element.tag, element.get
    if tag in _ALWAYS_SEEN:
        return False
    if tag == "dialog" and get("open") is None:
        return True
    if get("aria-hidden") == "true" and tag not in BLOCKS:  # a block may lie behind an open dialog
        return True
    hidden = get("hidden") is not None or _UNSEEN_STYLE.search(get("style") or "")
    return bool(hidden or _UNSEEN_NAME.search(get("class") or ""))


def _is_note_mark(element: HtmlElement) -> bool:
    if element.tag == "sup":
        link = element.find(".//a")
    elif element.tag == "a" and _NOTE_LINK.search(
        f"{element.get('role')} {element.get('epub:type')} {element.get('class')}"
    ):
        link = element
    else:
        return False
    if link is None or "#" not in (link.get("href") or ""):
        return False
    return bool(_NOTE_MARK.fullmatch(element.text_content()))
