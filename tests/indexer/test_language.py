"""The language of a text: told where there is enough of it."""

import pytest

from indexer.language import LEAST_LETTERS, detect_language

TEXTS = {
    "en": "The council agreed that services for older people must change before next winter. ",
    "cy": "Cytunodd y cyngor fod yn rhaid i wasanaethau i bobl hŷn newid cyn y gaeaf nesaf. ",
    "fr": "Le conseil a convenu que les services aux personnes âgées doivent changer avant l’été. ",
    "de": "Der Rat war sich einig, dass sich die Pflege älterer Menschen bald ändern muss. ",
    "pl": "Rada zgodziła się, że usługi dla osób starszych muszą się zmienić przed zimą. ",
}


@pytest.mark.parametrize("language", TEXTS)
def test_language_is_recognised(language: str) -> None:
    assert detect_language(TEXTS[language] * 4) == language


def test_contents_in_front_of_the_text_do_not_hide_its_language() -> None:
    contents = "".join(f"Bericht {n} {'. ' * 50}{n}\n" for n in range(15))
    assert detect_language(contents + TEXTS["de"] * 20) == "de"


def test_little_text_and_numbers_say_nothing() -> None:
    assert detect_language(TEXTS["en"]) is None
    assert detect_language("12 345 678; " * 400) is None
    assert detect_language("") is None


def test_only_letters_count() -> None:
    assert detect_language("a " * (LEAST_LETTERS - 1) + "1 " * 500) is None
