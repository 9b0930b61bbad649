"""Furniture: lines of a page that are no part of its text, told by what single lines say.

Share bars, adverts, cookie notices, photo credits, copyright lines, page numbers. Conservative: a
sentence of prose is never furniture, even one about cookies, sharing or photographs.
"""

import re
from collections.abc import Sequence

from indexer.types import Block

MAX_CHARS = 300
BOX_BLOCKS = 3  # an author's box at the end: "About …" and at most so many more
BOX_CHARS = 80

_PLACES = (
    r"(?:facebook|twitter|x|linkedin|instagram|youtube|whatsapp|e-?mail|pinterest|reddit|tumblr"
    r"|bluesky|threads|mastodon|google\+?|flickr|tiktok|rss|social media)"
)
_ON_PLACES = rf"(?:on|via|by|with|to|at)\s+{_PLACES}(?:(?:\s*,\s*|\s*(?:and|or|&|\|)\s*){_PLACES})*"
_THIS = r"(?:the |this |our )?(?:article|page|story|post|report|content|blog|news|link)"
_MAILING = (
    r"(?:our |the |your )?(?:free |daily |weekly |monthly |latest |regular |e-?mail )*"
    r"(?:newsletters?|bulletins?|e-?mails?|mailing list|(?:e-?mail )?(?:alerts?|updates?)|magazine)"
)
_AGENCY = (
    r"(?:getty|shutterstock|i ?stock|alamy|unsplash|flickr|pa (?:images|wire|media)|reuters|afp)"
)
_PHOTO = r"(?:main |lead |header |cover )?(?:photo(?:graph)?s?|pictures?|images?|pics?)"
_SITE = r"(?:web ?)?(?:site|page)s?"
_CREDITED = (  # names: "Images: use alt text" is advice
    r"(?-i:(?:[A-Z@][\w’'.&/@-]*|of|the|and|by|via|for|from|on|/|&|\||©|\(c\))"
    r"(?:,? (?:[A-Z@][\w’'.&/@-]*|of|the|and|by|via|for|from|on|/|&|\||©|\(c\)|\d{4})){0,9})"
)

_WHOLE = (
    # share bars and following
    rf"share(?: this| {_THIS})?(?: {_ON_PLACES})?",
    rf"(?:tweet|print|e-?mail|bookmark|save) {_THIS}",
    rf"(?:follow|like|find|join|visit) (?:us|@\w+)(?:(?: {_ON_PLACES})|:)?(?: ?@\w+)?",
    r"follow (?-i:[A-Z@])[^.!?]{2,40} on (?:facebook|twitter|linkedin|instagram|youtube|bluesky)",
    r"(?:@\w{2,30}[\s,|]*)+",
    # newsletters
    r"subscribe(?: now| today| here)?[.!]?",
    rf"(?:subscribe|sign up|register) (?:now |today |here )?(?:to|for) {_MAILING}"
    r"(?: (?:here|now|today|below))?[.!]?",
    r"(?:get|receive) (?:our |the )?(?:latest |free )?[^.!?]{0,40} (?:in|to) your inbox[.!]?",
    # links to other pages
    r"(?:read more|see also|related|also read|more like this|more on this(?: story| topic)?)"
    r"(?:: ?[^.!?]{0,150}[?!]?)?",
    r"related (?:articles?|content|stories|posts?|links?|news|topics?|pages?|reading|jobs?):?",
    r"most (?:read|popular|viewed|shared)|(?:latest|more|top|trending) (?:news|stories|jobs|posts)",
    r"trending(?: now)?|popular (?:posts|now)|editor[’']s (?:picks|choice)|recommended for you",
    r"you (?:may|might) also (?:like|be interested in):?",
    r"click (?:here )?to (?:see|view|browse|search|read|find|get) (?:all )?(?:the |our |for )?"
    r"(?:latest|more|related|newest|current|other)\b[^.!?]{0,80}",
    r"(?:skip|jump) to (?:main )?(?:content|navigation|search)|back to (?:the )?top"
    r"|(?:return )?to top|top of (?:the )?page",
    r"home(?:(?: ?[>»›] ?| / )[^>»›/.!?]{2,50})+",
    # notices about cookies: only where consent is asked for
    rf"(?:we use|(?:this|our) {_SITE} uses?) cookies\b.{{0,150}}\b(?:you (?:accept|agree|consent"
    r"|continue)|continu(?:e|ing) to (?:use|browse)|best (?:possible )?experience|accept all"
    r"|cookie settings)\b.{0,100}",
    rf"by (?:continuing|using|browsing)\b[^.!?]{{0,60}}\b{_SITE},? you (?:accept|agree|consent)"
    r"\b[^.!?]{0,80}\bcookies[.!]?",
    r"(?:accept|allow|reject|manage)(?: all)? (?:optional )?cookies",
    r"cookies? (?:settings|preferences|notice)",
    # adverts
    r"advert(?:isements?)?(?:\s*[-–—:|]?\s*(?:continue reading|scroll|article"
    r" continues|story continues)(?: below)?)?",
    r"(?:article|story) continues (?:below|after)(?: (?:this |the )?advert(?:isement)?)?",
    r"sponsored(?: content| post| links?)?|promoted(?: content)?|paid (?:content|promotion)",
    # pictures
    rf"{_PHOTO}(?: credits?)? ?(?:\(c\)|©|:|by\b|credits?:?|courtesy of) ?{_CREDITED}",
    rf"(?:credits?|source) ?: ?(?!\d)[^.!?:]{{0,40}}\b{_AGENCY}\b[^.!?:]{{0,30}}",
    # rights
    r"all rights reserved\.?",
    # the page itself
    r"page \|? ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?|\d{1,4} ?\| ?page|[-–—] ?\d{1,4} ?[-–—]",
    r"(?:\d{1,5} comments?|comments? ?\(\d{1,5}\)|comments (?:are )?(?:now )?closed\.?)",
    r"(?:leave|add|post|write) (?:a|your) (?:comment|reply)|be the first to comment"
    r"|join the (?:conversation|discussion)|(?:view|show|read|hide)(?: all)? comments",
    r"(?:tags|tagged|filed under|posted in) ?: ?[^.!?]{2,120}",
    r"(?:\d{1,2}|one|two|three|four|five|ten)[- ]min(?:ute)?s? read|reading time:? \d.{0,20}",
)
_FURNITURE = re.compile("|".join(f"(?:{shape})" for shape in _WHOLE), re.IGNORECASE)
_RIGHTS = re.compile(
    r"(?:(?i:copyright)\s*(?:\([cC]\)|©|(?=\d{4}\b))|©)\s*(?:(?:19|20)\d\d|[A-Z])[^!?;]{1,120}"
)
_BARE_RIGHTS = re.compile(  # "(c)" also numbers the points of a law
    r"\([cC]\)\s*(?:(?:19|20)\d\d\s+)?[A-Z][\w&’' -]{2,60}?,?(?:\s+(?:19|20)\d\d)?[,.]?\s+"
    r"(?i:all rights reserved)\.?"
)
_IMAGE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|bmp|tiff?)", re.IGNORECASE)
_PARTS = re.compile(r"(?<=\w\w[.!])\s+(?=[A-Z©(])")
_ENDS = re.compile(r"-{0,3}\s*(?:ENDS|Ends)\s*-{0,3}")
_ABOUT = re.compile(r"About\s+[A-Z][\w’'.-]+(?:\s+[A-Z][\w’'.-]+){1,3}|About the authors?")


def is_furniture(text: str) -> bool:
    """Whether each line of a block is furniture by itself."""
    if not text.strip() or len(text) > MAX_CHARS:
        return False
    return all(_line_is(" ".join(line.split())) for line in text.splitlines() if line.strip())


def _line_is(line: str) -> bool:
    if _IMAGE.fullmatch(line):
        return True
    if line[:1].islower():  # the rest of a sentence
        return False
    if _FURNITURE.fullmatch(line) or _ENDS.fullmatch(line) or _BARE_RIGHTS.fullmatch(line):
        return True
    parts = _PARTS.split(line)  # several notices on one line
    return all(_FURNITURE.fullmatch(part) or _RIGHTS.fullmatch(part) for part in parts)


def author_box(text: str, blocks: Sequence[Block]) -> int:
    """From which block on the end is the box about whoever put a page up; `len(blocks)` if none.

    "About Simeon Brody" and a line or two without a sentence, with nothing else after them.
    """
    for number in range(max(0, len(blocks) - BOX_BLOCKS), len(blocks)):
        pieces = [text[block.start : block.end] for block in blocks[number:]]
        about, *rest = pieces
        if _ABOUT.fullmatch(about) and all(
            len(piece) <= BOX_CHARS and not piece.rstrip().endswith((".", "!", "?", ":"))
            for piece in rest
        ):
            return number
    return len(blocks)
