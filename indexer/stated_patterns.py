"""The shapes of lines that state something about their document: what `stated.py` looks for."""

import re

from indexer.dates import DATE

_TIME = (
    r"(?:(?:,|\s|\||at|@|[-–—]|time:)*\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\.?)?(?:\s*(?:GMT|BST|UTC))?)?"
)
_PUBLISHED = (
    r"(?:first\s+)?(?:published|posted|issued|dated)(?:\s+(?:on|date|online))?"
    r"|(?:publication|issue|report|meeting|release)\s+date"
    r"|date(?:\s+(?:of\s+(?:the\s+)?(?:publication|issue|report|meeting|release)|published|issued))?"
)
_UPDATED = (
    r"(?:this\s+)?(?:page\s+)?(?:was\s+)?last\s+(?:updated|modified|revised|amended|edited)"
    r"(?:\s+(?:on|date))?|(?:updated|modified)(?:\s+on)?|date\s+(?:updated|modified)"
)
STATED_DATE = re.compile(
    rf"[\s|•·,;–—-]*(?:(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))\s*[:–—-]?\s*)?"
    rf"(?P<date>{DATE}){_TIME}",
    re.IGNORECASE,
)
"""A date with what stands before it; matched again and again until the line is used up."""

_WORD = r"[A-Z][\w’'.-]*"
_PARTICLE = r"(?:(?:de|van|von|der|den|di|da|la|le|bin|al|ap)\s+)*"
_NAME = rf"{_WORD}(?:\s+{_PARTICLE}{_WORD}){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:,?\s+and|,?\s+&|,)\s+{_NAME})*"
NAMES = re.compile(rf"(?P<names>{_NAMES})(?=\s*(?:,|$|\())")
NAME_IMAGE = r"\S+?\.(?i:jpe?g|png|gif|webp)"
"""An image's file name, which web pages leave glued to the byline behind it."""
_DESCRIPTION = (
    rf"(?:\s*[,|–—-]|\s+on)\s*(?P<date>(?i:{DATE})){_TIME}|,\s+(?:an?|the|former|our|chief|[a-z-]+\s+"
    r"(?:editor|reporter|correspondent)|[A-Z])\b[^!?]*(?<![.:;,])"
    r"|\s*[|–—]\s*[A-Z][^.!?]*|\s+in\s+[A-Z][\w-]+"
)
BYLINE = re.compile(
    rf"(?:{NAME_IMAGE})?\s*(?:[Bb]y|BY|[Ww]ritten\s+by|[Ww]ords(?:\s+by)?:?)\s+"
    rf"(?P<names>{_NAMES})(?:{_DESCRIPTION})?"
)
NO_PERSON = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february july september "
    "october november december holiday easter christmas council councils county district borough "
    "city town hall house street road government department ministry office team committee "
    "cabinet board trust nhs university college school association federation network fund "
    "foundation agency authority authorities commission service services group institute society "
    "union party parliament staff reporter reporters editor correspondent newsroom press news "
    "order email phone post the this that these those then there all now when our your an in at of "
    "new chapter section part figure table appendix contents act default design contrast "
    "comparison definition kingdom states officer manager director head executive lead adviser "
    "advisor minister chair political deputy senior principal".split()
)
"""Words that no person's name holds: by these "By County Hall, …" is told from a byline."""
BETWEEN_NAMES = re.compile(r"(?:,?\s+(?:and|&)|,)\s+")

AUTHOR = re.compile(
    r"(?:(?:report\s+)?author(?:s|\(s\))?|(?:report|paper)\s+(?:of|by|from)|written\s+by"
    r"|prepared\s+by|presented\s+by)\s*[:–—]\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
REPORT_OF = re.compile(
    r"(?:Joint\s+)?(?:Report|REPORT)\s+(?:of|by|OF|BY)\s+(?:(?:the|THE)\s+)?(?P<value>"
    r"(?:(?:Interim|Acting|Deputy|Assistant|Executive|Corporate|Strategic|Group|Joint)\s+)*"
    r"(?:Director|Head|Chief|Cabinet|Leader|Portfolio|Monitoring|Comptroller|Treasurer"
    r"|Secretary|City|County|Borough|Town)\b[^.:;?!\d]{0,80})"
)
"""The office that a council's report comes from: "Report of the Director of Public Health"."""
CONTACT = re.compile(
    r"[\s,–-]*(?:[|;(]|\b(?:tel|telephone|phone|e-?mail|contact|ext|mobile)\b|\S+@).*",
    re.IGNORECASE,
)
PUBLISHER = re.compile(
    r"(?:publisher\s*:|published\s+by\s*:?)\s*(?:the\s+)?(?P<value>[A-Z\d][^!?:;|]{1,79})",
    re.IGNORECASE,
)
URL = re.compile(r"(?:url|permalink|web\s+address)\s*:\s*(?P<value>\S+)", re.IGNORECASE)
TITLE = re.compile(r"(?:(?:report|document)\s+)?title\s*:\s*(?P<value>\S.*)", re.IGNORECASE)

_BEFORE_ROLE = (
    r"(?:(?:chief|managing|executive|deputy|assistant|senior|former|policy|political|honorary|vice"
    r"|co|interim|visiting|associate|public|social|health|research|national|group)[\s-]+)*"
)
SIGNATURE = re.compile(
    rf"(?P<name>{_NAME})\s+is\s+(?:(?:an?|the|our)\s+)?{_BEFORE_ROLE}(?:executive|chair(?:wo)?(?:man)?"
    r"|chairperson|director|leader|head|president|secretary|professor|fellow|editor|officer|manager"
    r"|councillor|minister|lecturer|reader|researcher|partner|consultant|advis[eo]r|analyst"
    r"|spokes(?:person|man|woman)|economist|MP)\b[^.!?]*\s(?:at|of|for|with|in)\s+(?:the\s+)?"
    r"[A-Z][^.!?]*\.?"
)
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Oo]ur|us|[Mm]y)\b")
QUOTED = re.compile(r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)", re.MULTILINE)
EDITOR = re.compile(r"\s+(?:[a-z-]+\s+)*(?:editor|reporter|correspondent|journalist)")

_SIGN = r"(?:\([cC]\)|©)"
_NOTICE = (
    rf"(?:(?i:copyright)\s*{_SIGN}|©(?:\s*(?i:copyright))?"
    rf"|{_SIGN}(?=.*(?i:all rights reserved)))\s*"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})(?!\s*[-–/]\s*\d|\d)"
_HOLDER = r"(?:by\s+)?(?P<holder>[A-Z][\w&’'. -]{1,60}?)"
COPYRIGHT = (
    re.compile(rf"{_NOTICE}{_HOLDER},?\s+{_YEAR}"),
    re.compile(  # "Copyright 1988 Ann Lee"; but "Copyright Act 1988" is no notice
        rf"(?:{_NOTICE}|(?i:copyright)\s+){_YEAR},?\s+{_HOLDER}"
        r"(?=\s*(?:[,;|]|\.?\s*(?:(?i:all rights)|$)|\.\s))"
    ),
)
MAP_LICENCE = re.compile(r"ordnance survey|database right", re.IGNORECASE)
NO_HOLDER = re.compile(r"(?:the )?(?:crown|parliamentary|copyright|author|all rights)\b", re.I)
COMPANY = re.compile(r",?\s+(?:Ltd\.?|Limited|plc|PLC|LLP|Inc\.?)$")
