"""Which language a text is in, by py3langid: offline, from the letters of its beginning."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LOOKED_AT = 2000  # characters of words
SEARCHED = 10 * LOOKED_AT  # characters in which they are looked for
LEAST_LETTERS = 200  # of fewer nothing is said
LEAST_PROBABILITY = 0.9
DETECTED = "detected from the text"
"""Where a language that this module told was found, in words."""


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded when first needed: it takes half a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str | None:
    """The ISO 639 code of the text's language; None for too little text and where it is unsure."""
    # the figures and rows of dots of a table of contents look like no language
    begin = re.sub(r"(?:[^\w'’]|[\d_])+", " ", text[:SEARCHED])[:LOOKED_AT]
    if sum(character.isalpha() for character in begin) < LEAST_LETTERS:
        return None
    language, probability = _identifier().classify(begin)
    return language if probability >= LEAST_PROBABILITY else None
