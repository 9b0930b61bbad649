"""Who speaks in a quotation, where the text leaves no doubt."""

import pytest

from service.speaker import is_by, speaker

REPORT = (
    "Sir Amyas Morse, head of the audit office, spoke on Monday.\n\n"
    "Sir Amyas (pictured) said: “Care has to be in balance. No one disagrees.\n\n"
    "“The hard part is agreeing on it.”\n\n"
    "The report was long. “Nobody read it.”\n\n"
    "Meg Hillier, chair of the committee, said: “We need to be clear. It matters.”"
)


def said_by(text: str, quote: str) -> str | None:
    """The speaker of a part of a text."""
    start = text.index(quote)
    return speaker(text, start, start + len(quote))


@pytest.mark.parametrize(
    ("quote", "name"),
    [
        ("No one disagrees.", "Sir Amyas Morse"),
        ("“The hard part is agreeing on it.”", "Sir Amyas Morse"),
        ("It matters.”", "Meg Hillier"),
        ("“Nobody read it.”", None),
        ("The report was long.", None),
        ("Sir Amyas (pictured) said: “Care has to be in balance.", None),  # says so itself
    ],
)
def test_a_quotation_goes_on_over_sentences_and_paragraphs(quote: str, name: str | None) -> None:
    assert said_by(REPORT, quote) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"It fell. We WAITED here," said Ann Lee, a nurse.', "Ann Lee"),
        ('"It fell," said Ann Lee. "We WAITED here."', "Ann Lee"),
        ("“It fell. We WAITED here,” Ann Lee told the board.", "Ann Lee"),
        ("Council leader Ann Lee said: “It fell. We WAITED here.”", "Ann Lee"),
        ("Yesterday Ann Lee added: “It fell. We WAITED here.”", "Ann Lee"),
        ("Ann Lee, a nurse, fell. Lee said: “It fell. We WAITED here.”", "Ann Lee"),
        ("Ann Lee told the board:\n\n“It fell. We WAITED here.”", "Ann Lee"),
        ("Mr Lee said: “It fell. We WAITED here.”", "Mr Lee"),
    ],
)
def test_the_speaker_is_named_before_or_behind(text: str, name: str) -> None:
    assert said_by(text, "WAITED") == name


@pytest.mark.parametrize(
    "text",
    [
        "She said: “It fell. We WAITED here.”",
        "The report said: “It fell. We WAITED here.”",
        "Lee said: “It fell. We WAITED here.”",  # whoever that is
        "The aide to Ann Lee said: “It fell. We WAITED here.”",
        "Bo Cy told Ann Lee and Di Ek and others who had come a long way to be there on the day of "
        "the fair: “It fell. We WAITED here.”",
        "Mr Ed Lee, a nurse, and Mr Bo Lee, a cook, met. Lee said: “It fell. We WAITED here.”",
        "“It fell. We WAITED here.” Ann Lee said that she agreed.",
        "Bo Cy said: “It fell. We WAITED here,” said Ann Lee.",
        "Ann Lee said: “It fell.\n\nWe WAITED here.”",  # the end of a quotation is lost
        "Ann Lee said: “It “fell. We WAITED here.”",
        "Ann Lee said: “It fell. We WAITED here.",
        "Ann Lee said that we WAITED here.",
    ],
)
def test_where_there_is_doubt_nobody_is_named(text: str) -> None:
    assert said_by(text, "WAITED") is None


@pytest.mark.parametrize(
    ("who", "named", "said", "by"),
    [
        ("Amyas Morse", "Sir Amyas Morse", "“It is hard.", True),
        ("Sir Amyas Morse", "Sir Amyas Morse", "“It is hard.", True),
        ("Sir Amyas", "Sir Amyas Morse", "“It is hard.", True),
        ("Meg Hillier", "Sir Amyas Morse", "“Meg Hillier said so.", False),
        ("Meg Hillier", None, "Meg Hillier, chair of the committee, said: “It is hard.", True),
        ("Meg Hillier", None, "Meg Hillier went further.", False),
        ("Meg Hillier", None, "Ms Hillier warned of it.", False),
        ("Hillier", None, "Ms Hillier warned of it.", True),
        ("Hillier", None, "“Morse is wrong,” said Hillier.", True),
        ("Morse", None, "“Morse is wrong,” said Hillier.", False),
        ("Hillier", None, "Mr Morse is wrong, said Meg Hillier on Monday.", True),
        ("Amyas Morse", None, "Sir Amyas Morse is wrong, said Meg Hillier on Monday.", False),
        ("Amyas Morse", None, "Meg Hillier said Sir Amyas Morse was wrong.", False),
        ("Meg Hillier", None, "Meg Hillier said Sir Amyas Morse was wrong.", True),
        ("Amyas Morse", None, "Meg Hillier told Sir Amyas Morse that it was hard.", False),
        ("Ann Lee", None, "The aide to Ann Lee said: “It fell.”", False),
        ("Ann Lee", None, "According to Ann Lee, it fell.", True),
        ("Ann Lee", None, "It fell, according to the nurse Ann Lee.", False),  # rather nothing
        ("Ann Lee", None, "Ann Lee, who runs the shop, has also warned of it.", True),
        ("Ann Lee", None, "Ann Lee: “It fell.”", True),
        ("Ann Lee", None, "“It fell,” Ann Lee told the board.", True),
        ("Ann Lee", None, "“It fell, Ann Lee told me.”", False),
    ],
)
def test_a_sentence_is_by_whom_it_names_or_is_said_by(
    who: str, named: str | None, said: str, by: bool
) -> None:
    assert is_by(who, named, said) is by
