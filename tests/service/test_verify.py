"""Claims about the seed articles: what they say is supported, what looks like it is not."""

import pytest

from indexer.embed import SentenceTransformerEmbedder
from indexer.types import Filters
from service.candidates import CandidateFinder, Candidates
from service.interpret import interpreter_for
from service.pipeline import Engine
from service.retrieve import Retriever
from service.verify import Verifier, figures

SUBJECT = "health and social care integration"


@pytest.fixture(scope="module")
def found(engine: Engine, embedder: SentenceTransformerEmbedder) -> Candidates:
    """Every sentence of the seed articles."""
    retriever = Retriever(engine.generation, embedder)
    vectors = retriever.embed(SUBJECT)
    hits = retriever.search(SUBJECT, vectors, 100, Filters())
    finder = CandidateFinder(engine.generation, embedder, interpreter_for(engine.generation), 0)
    return finder.find(SUBJECT, vectors.sentence, hits)


@pytest.fixture(scope="module")
def checker(engine: Engine, embedder: SentenceTransformerEmbedder) -> Verifier:
    """The check over the seed articles' index."""
    return Verifier(engine.generation, embedder, interpreter_for(engine.generation))


def support(checker: Verifier, found: Candidates, claim: str) -> list[str]:
    """The sentences that support a claim."""
    places = checker.evidence(claim, found, range(len(found.read)))
    return [found.quote(place) for place in places]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        # as it stands, and in part
        ("No one said it would be very easy.", "No one said it would be\nvery easy."),
        ("In total, 43 people responded.", "In total, 43 people responded, including nine"),
        ("It has been promoted for the last 30 years.", "It has been promoted for the last 30"),
        ("However, just over half of councils say the extra time is justified.", "just over half"),
        # figures in digits and words
        ("Only 9 out of 91 Integrated Care Board members are councillors.", "nine out of 91"),
        ("It has been promoted for the last thirty years.", "for the last 30 years"),
        ("2 thirds said the reform would have a neutral effect.", "two-thirds said the reform"),
        # acronyms either way
        ("Only nine of the ICB members are councillors.", "nine out of 91 Integrated Care Board"),
        ("Amyas Morse is the head of the NAO.", "head of the National Audit Office (NAO)"),
        # a quotation, and what a speaker said
        ("Morse urged “further and faster progress”.", "urged “further and faster progress”"),
        ("Integration requires “serious political leadership”.", "“serious political leadership”"),
        # limits kept, or put in another word that limits alike
        (
            "Devolution may be the key to improving care outcomes for London.",
            "Devolution of health",
        ),
        (
            "Nearly three-quarters said it would be difficult or very difficult.",
            "almost three-quart",
        ),
        ("The service has not been a success.", "has not been a success"),
        # "it" of the documents by its name
        (
            "The report warned additional funding has been used for financial pressures.",
            "It warned",
        ),
    ],
)
def test_what_a_sentence_says_is_supported_by_it_alone(
    checker: Verifier, found: Candidates, claim: str, quote: str
) -> None:
    (one,) = support(checker, found, claim)
    assert quote in one


@pytest.mark.parametrize(
    "claim",
    [
        # figures
        "Only ten out of 91 Integrated Care Board members are councillors.",
        "Only nine out of 92 Integrated Care Board members are councillors.",
        "In total, 45 people responded.",
        "Of the chief executives who responded, three-quarters said the effect would be neutral.",
        "It has been promoted for the last 30 months.",
        # another's figure, though all the words are there in order
        "24% thought it would be negative or very negative.",
        "Overall, 24% of respondents said the effect of integration would be neutral for their "
        "residents, 42% said it would be positive or very positive, while 14% thought it would be "
        "negative or very negative.",
        # names: others' for who said it, at the beginning or in it
        "Sir Amyas Hillier, head of the National Audit Office, urged further and faster progress.",
        "Hillier, head of the National Audit Office, urged further and faster progress to build a "
        "service which meets the needs of patients.",
        "Javid said the pace towards full integration had been slower than originally hoped.",
        "Scotland said the pace towards full integration had been slower than originally hoped.",
        "Several survey respondents said the culture of local government was a barrier to "
        "health and social care integration.",
        "Simon Edwards is head of the National Audit Office.",
        "Only nine out of 91 County Councils Network members are councillors.",
        "Sir Amyas Morse said the report was released on Monday.",
        # quotations that are none
        "Sir Amyas Morse urged “further and slower progress”.",
        "The integration of health and social care requires “serious leadership”.",
        # negation, by a word or by a syllable
        "An integrated inspection service for health and social care has been a success.",
        "Just over half of councils say the extra time spent with health colleagues is not "
        "justified.",
        "The NHS did like funds being siphoned off through the better care fund.",
        "Most respondents appeared to be convinced that integration would deliver positive "
        "changes for their residents.",
        # limits dropped or added
        "All councils say the extra time spent with health colleagues is justified.",
        "Half of councils say the extra time spent with health colleagues is justified.",
        "Nine out of 91 Integrated Care Board members are councillors.",
        "Devolution of health powers is the key to improving care outcomes for London authorities.",
        "A local authority’s adult social care budget makes up half of the authority’s total "
        "budget.",
        # who did it to whom
        "Local government did not like funds being siphoned off through the better care fund.",
        "14% said it would be positive or very positive, while 24% thought it would be negative "
        "or very negative.",
        "The NHS has reservations about sacrificing over half of its financial resources.",
        # not said at all
        "London has eight million residents.",
        "Theresa May announced a cut in funding for the NHS.",
        "Integration will fail.",
        "Yes.",
        "No, never.",
    ],
)
def test_what_only_looks_like_it_is_not_supported(
    checker: Verifier, found: Candidates, claim: str
) -> None:
    assert support(checker, found, claim) == []


def test_a_claim_may_join_what_two_sentences_say(checker: Verifier, found: Candidates) -> None:
    claim = (
        "Only nine out of 91 ICB members are councillors, and just over half of councils say the "
        "extra time spent with health colleagues is justified."
    )
    first, second = support(checker, found, claim)
    assert "only nine out of 91" in first
    assert "just over half of councils" in second


def test_they_are_read_as_they_stand_in_their_document(
    checker: Verifier, found: Candidates
) -> None:
    claim = (
        "42% of respondents said the effect of integration would be neutral, 24% said it would be "
        "positive or very positive."
    )
    forwards = checker.evidence(claim, found, range(len(found.read)))
    backwards = checker.evidence(claim, found, range(len(found.read))[::-1])
    assert len(forwards) == 2
    assert forwards == backwards


def test_only_the_candidates_named_count(checker: Verifier, found: Candidates) -> None:
    claim = "No one said it would be very easy."
    (place,) = checker.evidence(claim, found, range(len(found.read)))
    others = [n for n in range(len(found.read)) if n != place]
    assert checker.evidence(claim, found, [place]) == (place,)
    assert checker.evidence(claim, found, others) == ()


@pytest.mark.parametrize("claim", ["", "???", "the of and", "é" * 5000, "9" * 5000, "\x00 \ud800"])
def test_no_claim_is_an_error(checker: Verifier, found: Candidates, claim: str) -> None:
    assert support(checker, found, claim) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nine out of 91", {"9", "91"}),
        ("Twenty-one, twenty two and thirty", {"21", "22", "30"}),
        ("£3bn, £3 billion, 3 Billion", {"3", "e9"}),
        ("2m and 5k", {"2", "e6", "5", "e3"}),
        ("3.50 and 3.5", {"3.5"}),
        ("1,000 and 1000.", {"1000"}),
        ("74%", {"74"}),
        ("two thirds", {"2", "1/3"}),
        ("half of it", {"1/2"}),
        ("at 10:30 on 02.03.17", {"10:30", "02.03.17"}),
        ("the 70th of 2018", {"70", "2018"}),
        ("4mm", {"4"}),
        ("no one", set()),
        ("", set()),
    ],
)
def test_figures_have_one_form(text: str, found: set[str]) -> None:
    assert figures(text) == found
