"""What a page says of itself: JSON-LD, OpenGraph, Dublin Core and plain meta elements.

Sources that are made for machines come first, the `<title>` last, as it often names the site too.
A name that is an address (of a profile) is no name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml.html import HtmlElement

from indexer.metadata import DATES, Facts, iso_date

_META = {  # by field, the most trustworthy first; names are compared in lower case
    "title": "og:title dc.title dcterms.title citation_title twitter:title",
    "author": "article:author og:article:author dc.creator dcterms.creator citation_author author "
    "parsely-author sailthru.author",
    "publisher": "og:site_name article:publisher dc.publisher dcterms.publisher "
    "citation_publisher publisher citation_journal_title application-name",
    "published": "article:published_time og:article:published_time dcterms.issued dcterms.created "
    "dc.date.issued dc.date.created dcterms.date dc.date citation_publication_date citation_date "
    "citation_online_date datepublished pubdate publish-date publication_date parsely-pub-date "
    "sailthru.date date",
    "updated": "article:modified_time og:updated_time dcterms.modified dc.date.modified "
    "datemodified last-modified revised",
    "url": "og:url citation_public_url dc.identifier dcterms.identifier",
    "language": "dc.language dcterms.language citation_language",
}
_ITEMPROP = {
    "headline": "title",
    "author": "author",
    "publisher": "publisher",
    "datepublished": "published",
    "datemodified": "updated",
}
_ARTICLE = re.compile(r"Article$|BlogPosting$|^Report$|Publication$|^Book$|^CreativeWork$")
_PAGE = re.compile(r"Page$")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=(?:\(\d+\))?(\S+)")
_DATE_FORMS = "%Y/%m/%d %Y%m%d %d_%B_%Y %B_%d,_%Y %d_%b_%Y %b_%d,_%Y %B_%Y".split()
_MAX_NODES = 2000


def add_html_facts(facts: Facts, tree: HtmlElement, markup: str) -> None:
    """Adds what a page says of itself; `markup` is the page before comments were left out."""
    nodes = list(_json_ld(tree))
    for node in sorted(nodes, key=_rank):
        if _rank(node) < 2:
            _add_node(facts, node, {str(n.get("@id")): n for n in nodes if "@id" in n})
    meta = _meta(tree)
    for field, names in _META.items():
        for name in names.split():
            _add(facts, field, meta.get(name, []), f"meta {name}")
    _add_microdata(facts, tree)
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            _add(facts, "url", [link.get("href")], "link rel=canonical")
    if match := _SAVED_FROM.search(markup, 0, 4096):
        _add(facts, "url", [match[1]], "note of the browser that saved the page")
    root = tree.getroottree().getroot()
    language = root.get("lang") or root.get("xml:lang")
    _add(facts, "language", [language], "html lang")
    _add(facts, "language", [v.replace("_", "-") for v in meta.get("og:locale", [])], "og:locale")
    _add_title(facts, tree)


def written_date(value: object) -> str | None:
    """A date in one of the forms that pages use as an ISO date: the day as it is written there.

    Forms that can be read in two ways (03/04/2019) say nothing.
    """
    text = " ".join(str(value or "").split())
    if not re.match(r"\d{4}[\d/]", text) and (date := iso_date(text)):
        return date
    for form in _DATE_FORMS:
        form = form.replace("_", " ")
        try:
            found = datetime.strptime(text[:10] if form == "%Y/%m/%d" else text, form)
        except ValueError:
            continue
        return found.strftime("%Y-%m" if form == "%B %Y" else "%Y-%m-%d")
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _add(facts: Facts, field: str, values: object, where: str) -> None:
    """Adds the values that can be meant: no address as a name, an address only as an address."""
    listed = values if isinstance(values, list) else [values]
    texts = [" ".join(v.split()) for v in listed if isinstance(v, str) and v.strip()]
    if field in DATES:
        facts.add(field, next((date for t in texts if (date := written_date(t))), None), where)
        return
    is_address = [bool(re.match(r"https?://", text)) for text in texts]
    texts = [
        text for text, address in zip(texts, is_address, strict=True) if address == (field == "url")
    ]
    if field == "author":
        texts = list(dict.fromkeys(re.sub(r"^[Bb]y\s+", "", text) for text in texts))
        facts.add(field, texts, where)
    else:
        facts.add(field, texts[0] if texts else None, where)


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """The nodes of all JSON-LD of the page; what is broken is passed over."""
    todo: list[object] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                todo.append(json.loads(script.text or "", strict=False))
            except (ValueError, RecursionError):
                continue
    for _ in range(_MAX_NODES):
        if not todo:
            return
        node = todo.pop(0)
        if isinstance(node, list):
            todo[:0] = node
        elif isinstance(node, dict):
            yield node
            todo[:0] = [node[key] for key in ("@graph", "mainEntity") if key in node]


def _rank(node: Mapping[str, object]) -> int:
    """0 for an article, 1 for a page, 2 for what says nothing of the page (a person, a list)."""
    kinds = node.get("@type")
    names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    if any(_ARTICLE.search(name) for name in names):
        return 0
    return 1 if any(_PAGE.search(name) for name in names) else 2


def _add_node(facts: Facts, node: Mapping[str, object], by_id: Mapping[str, object]) -> None:
    kinds = node["@type"]
    where = f"JSON-LD {kinds[0] if isinstance(kinds, list) else kinds}"
    for key, field in (
        ("headline", "title"),
        ("name", "title"),
        ("url", "url"),
        ("datePublished", "published"),
        ("dateModified", "updated"),
    ):
        _add(facts, field, node.get(key), f"{where} {key}")
    _add(facts, "author", _names(node.get("author"), by_id), f"{where} author")
    _add(facts, "publisher", _names(node.get("publisher"), by_id), f"{where} publisher")
    language = node.get("inLanguage")
    if isinstance(language, dict):
        language = language.get("alternateName") or language.get("name")
    _add(facts, "language", language, f"{where} inLanguage")


def _names(value: object, by_id: Mapping[str, object]) -> list[object]:
    """The names of people or organisations: given as text, as nodes or by reference to nodes."""
    names: list[object] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and "name" not in one:
            one = by_id.get(str(one.get("@id")), one)
        name = one.get("name") if isinstance(one, dict) else one
        names += name if isinstance(name, list) else [name]
    return names


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop", "http-equiv"):
            if (name := element.get(key)) and (content := element.get("content")):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def _add_microdata(facts: Facts, tree: HtmlElement) -> None:
    """What elements of the page itself are marked as; `<time pubdate>` too."""
    for element in tree.xpath("//*[@itemprop][not(self::meta)]"):
        field = _ITEMPROP.get((element.get("itemprop") or "").strip().lower())
        if field:
            name = element.find(".//*[@itemprop='name']")
            said = element.get("datetime") or element.get("content")
            said = said or (name if name is not None else element).text_content()
            if len(said) <= 300:
                _add(facts, field, [said], f"itemprop {element.get('itemprop')}")
    for element in tree.iter("time"):
        if element.get("pubdate") is not None:
            _add(facts, "published", [element.get("datetime")], "time pubdate")


def _add_title(facts: Facts, tree: HtmlElement) -> None:
    """The `<title>` without the site's name, or the one heading of first level."""
    element = tree.find(".//title")
    title = " ".join((element.text or "").split()) if element is not None else ""
    headings = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    headings = [heading for heading in headings if heading]
    site = facts.values.get("publisher", "")
    facts.add("title", _without_site(title, site, headings), "title of the page")
    if len(headings) == 1:
        facts.add("title", headings[0], "heading of first level")


def _without_site(title: str, site: str, headings: list[str]) -> str:
    """`title` without " - Site" behind it (or "Site | " in front), where something tells it."""
    for heading in headings:
        rest = title.removeprefix(heading)
        if rest != title and re.match(r"\s+[-–—|·:»]\s|\s*[|»]", rest):
            return heading
    parts = re.split(r"\s+[-–—|·:»]+\s+|\s*\|\s*", title)
    kept = [part for part in parts if part.casefold() != site.casefold()]
    if site and kept and len(kept) < len(parts):
        first = title.index(kept[0])
        last = title.rindex(kept[-1]) + len(kept[-1])
        return title[first:last] if last > first else title
    return title
