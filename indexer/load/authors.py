"""Whom a property sheet names as the author: a person or an office, or what merely made the file.

Programs fill the field in with the account that was logged in, the scanner, or the firm that set
the type. A wrong author is worse than none.
"""

import re

SHEETS = ("document properties", "PDF properties")
"""Where authors are found that nobody need have written."""

_NOBODY = re.compile(
    r"(?:administrator|admin|user|owner|author|unknown|unspecified|anonymous|default|guest|test|root"
    r"|me|python-(?:docx|pptx)|openpyxl|apache poi|office(?: user)?|home|pc|hp|dell|lenovo"
    r"|steve canny|scanner)\d*|user\w*|(?:microsoft|windows)\b.*",
    re.IGNORECASE,
)
_PRODUCER = re.compile(
    r"\b(?:ltd|limited|pty|inc|incorporated|llc|llp|gmbh|plc|corp|corporation|company|systems"
    r"|solutions|software|technolog(?:y|ies)|print|printing|printers|reprographics|typesett\w+"
    r"|graphics|studios?|scan\w*|adobe|acrobat|distiller|indesign|quark\w*|microsoft|libreoffice"
    r"|openoffice|ghostscript|\w*pdf\w*|xerox|ricoh|kyocera|epson|lexmark|hewlett[ -]packard|hp"
    r"|abbyy|omnipage|modern\.?gov)\b"
    r"|\d|\b(?:user|customer|client)$",  # numbers are those of models, versions and accounts
    re.IGNORECASE,
)
_MADE_BY = re.compile(r"\b(?:designed|printed|typeset|scanned)(?: (?:and|&) \w+)? by:? $", re.I)


def person(name: str | None) -> str | None:
    """A name from a property sheet; None for what programs put there by themselves."""
    if not name or _NOBODY.fullmatch(name.strip(" ()")):
        return None
    return name.replace(";", ", ")


def believable(name: str, text: str) -> bool:
    """Whether a property sheet's author may be the author of a document with this text.

    Whoever the text names is. Others are not when they are one word, as logins are, hold a number,
    or sound like a firm, a program or a machine.
    """
    if named(name, text):
        return True
    cased = name.lower() != name.upper()  # Chinese names are one word
    return not (_PRODUCER.search(name) or (cased and not re.search(r"[\s,;]", name)))


def named(name: str, text: str) -> bool:
    """Whether a text names somebody, other than as its printer or within a mail address.

    Capitals matter for single words only: "OFFICE OF THE MAYOR" is an office, "Page" no page.
    """
    text = " ".join(text.split())
    flags = re.IGNORECASE if " " in name else 0
    return any(
        not _MADE_BY.search(text[max(0, found.start() - 40) : found.start()])
        for found in re.finditer(rf"(?<![\w@.]){re.escape(name)}(?![\w@])", text, flags)
    )
