"""Passages and sentences: exact offsets, nothing lost, nothing twice, nothing too long."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.chunk import (
    PREFIX_TOKENS,
    TokenStarts,
    chunk,
    context_prefix,
    last_tokens,
    split_sentences,
)
from indexer.embed import SentenceTransformerEmbedder
from indexer.load.registry import load_file
from indexer.load.text import read_text
from indexer.types import Block, Document, Passage

SEEDS = Path(__file__).parents[2] / "seeds" / "corpus"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one sign of five code points
PIECES = st.sampled_from(
    [
        *["\n", "\n\n", "\r\n\r\n", " ", "\t", "\u00a0", "\u200b", "\u2028", "\x85", "e\u0301"],
        *[". ", "! ", "? ", ".”", "• a", "1) ", "(b) ", "\n- x", "# H\n", "Heading\n\n"],
        *["```\n", "<b>", "| a | b |\n", "|-|-|\n", "it\nwraps", "1,234.5", "“Quoted.” ", "ǅﬃİ"],
        *[
            FAMILY,
            "🇬🇧",
            "עברית. ",
            "العربية؟ ",
            "日本語。",
            "한국어",
            "Dr. Who",
            "e.g. ",
            "The end.",
        ],
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("".join)


def per_word(text: str) -> Sequence[int]:
    return [match.start() for match in re.finditer(r"\S+", text)]


def per_character(text: str) -> Sequence[int]:
    return range(len(text))


def three_per_character(text: str) -> Sequence[int]:
    return [place for place in range(len(text)) for _ in range(3)]


def read(folder: Path, suffix: str, text: str) -> Document | None:
    """`text` as the reader of a format gives it; None when it holds nothing to read."""
    path = folder / f"document{suffix}"
    line = json.dumps({"_id": "a", "text": text, "title": "A title"})
    path.write_bytes((line if suffix == ".jsonl" else text).encode())
    items = list(load_file(path, path.name, 2**30))
    assert all(isinstance(item, Document) for item in items) or "\0" in text
    return next((item for item in items if isinstance(item, Document)), None)


def assert_exact(document: Document, passages: list[Passage]) -> None:
    """Every passage and sentence is its slice; body text alone lies in passages, each in one."""
    body = Counter(
        place
        for block in document.blocks
        if block.kind not in ("heading", "furniture")
        for place in range(block.start, block.end)
        if not document.text[place].isspace()
    )
    at = 0
    for passage in passages:
        assert at <= passage.start < passage.end
        at = passage.end
        assert document.text[passage.start : passage.end] == passage.text
        within = passage.start
        for sentence in passage.sentences:
            assert within <= sentence.start < sentence.end <= passage.end
            within = sentence.end
            assert passage.quote(sentence) == document.text[sentence.start : sentence.end]
            body.subtract(range(sentence.start, sentence.end))
    lost = {place: left for place, left in body.items() if left != 0}
    assert all(document.text[place].isspace() for place in lost), lost


@pytest.mark.parametrize("suffix", [".txt", ".md", ".jsonl"])
@pytest.mark.parametrize("token_starts", [per_word, per_character, three_per_character])
@given(text=TEXTS)
@example(text="\n".join(f"{number}) ab cd" for number in range(30)))
@example(text=".”0" + "\ra" * 16)  # a sentence that begins inside a token
@settings(max_examples=50, deadline=None)
def test_any_text_is_cut_exactly_and_within_the_limit(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, token_starts: TokenStarts, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    document = read(folder, suffix, text)
    if document is None or not document.text.strip():
        return
    passages = chunk(document, token_starts, 16)
    assert_exact(document, passages)
    assert all(len(token_starts(passage.text)) <= 16 for passage in passages)


@given(text=TEXTS, title=st.none() | TEXTS, passage_tokens=st.sampled_from([16, 160, 194]))
@example(text="\n".join(f"{i % 90}) foo bar" for i in range(99)), title=None, passage_tokens=194)
@example(text="한국어문장입니다" * 60, title="한국어문장입니다" * 60, passage_tokens=194)
@example(text="zzqation." * 400, title="x" * 3000, passage_tokens=194)
@settings(max_examples=80, deadline=None)
def test_passage_with_its_prefix_never_exceeds_the_real_model(
    embedder: SentenceTransformerEmbedder, text: str, title: str | None, passage_tokens: int
) -> None:
    blocks = (Block(0, len(text), "paragraph"),) if text else ()
    document = Document("d", "s", title, text, {}, blocks)
    passages = chunk(document, embedder.token_starts, passage_tokens)
    assert_exact(document, passages)
    for passage in passages:
        prefix = context_prefix(title, passage.heading, embedder.token_starts)
        assert len(embedder.token_starts(f"{prefix}\n{passage.text}")) <= embedder.max_tokens


@pytest.mark.parametrize("token", ["a", "é", "漢", "👍", "한", "."])
@pytest.mark.parametrize("token_starts", [per_character, three_per_character])
def test_sentence_of_3000_tokens_without_spaces_is_cut_not_lost(
    token_starts: TokenStarts, token: str
) -> None:
    text = token * 3000
    document = Document("d", "s", None, text, {}, (Block(0, len(text), "paragraph"),))
    passages = chunk(document, token_starts, 100)
    assert "".join(passage.text for passage in passages) == text
    assert all(len(token_starts(passage.text)) <= 100 for passage in passages)


@pytest.mark.parametrize("word", ["漢", "한", "word.", "civilisation-", "zzqation/"])
def test_sentence_of_3000_real_tokens_without_spaces_is_cut_not_lost(
    embedder: SentenceTransformerEmbedder, word: str
) -> None:
    text = word * 3000
    document = Document("d", "s", None, text, {}, (Block(0, len(text), "paragraph"),))
    passages = chunk(document, embedder.token_starts, 160)
    assert "".join(passage.text for passage in passages) == text
    assert max(len(embedder.token_starts(p.text)) for p in passages) <= 160 + 4


@pytest.mark.parametrize("text", ["some words\n" * 20_000, "漢" * 200_000])
def test_long_text_is_never_given_to_the_tokenizer_at_once(text: str) -> None:
    sizes = []

    def note(piece: str) -> Sequence[int]:
        sizes.append(len(piece))
        return per_word(piece)

    passages = chunk(Document("d", "s", None, text), note, 100)
    assert passages[-1].end == len(text.rstrip())
    assert sum(sizes) == len(text)
    assert max(sizes) <= 100_000


@pytest.mark.parametrize("size", [100, 1001])
def test_long_block_has_the_passages_that_it_has_when_tokenized_at_once(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    text = "\n".join(path.read_text() for path in sorted(SEEDS.iterdir()))
    document = Document("d", "s", None, text)
    monkeypatch.setattr("indexer.chunk.PIECE_CHARS", size)
    in_pieces = chunk(document, embedder.token_starts, 160)
    monkeypatch.setattr("indexer.chunk.PIECE_CHARS", len(text))
    assert in_pieces == chunk(document, embedder.token_starts, 160)


def test_long_sentence_is_cut_at_a_space() -> None:
    text = "some words " * 100
    document = Document("d", "s", None, text, {}, (Block(0, len(text), "paragraph"),))
    for passage in chunk(document, per_character, 40):
        assert passage.text.split()[0] in ("some", "words")
        assert passage.text.split()[-1] in ("some", "words")


@pytest.mark.parametrize("path", sorted(SEEDS.iterdir()), ids=lambda path: path.name[:3])
def test_seed_articles_are_cut_exactly_with_the_real_tokenizer(
    embedder: SentenceTransformerEmbedder, path: Path
) -> None:
    (document,) = read_text(path, path.name)
    passages = chunk(document, embedder.token_starts, 160)
    assert_exact(document, passages)
    assert len(passages) > 1
    assert all(len(embedder.token_starts(passage.text)) <= 160 for passage in passages)
    assert len({passage.id for passage in passages}) == len(passages)


def test_passages_know_the_heading_above_them(embedder: SentenceTransformerEmbedder) -> None:
    (document,) = read_text(next(SEEDS.glob("001_*")), "001.txt")
    passages = chunk(document, embedder.token_starts, 60)
    (found,) = (p for p in passages if p.text.startswith("There has been integration of sorts"))
    assert found.heading == "Real integration?"


def test_document_of_headings_only_has_no_passages() -> None:
    blocks = (Block(0, 3, "heading"), Block(5, 8, "heading"))
    assert chunk(Document("d", "s", None, "One\n\nTwo", {}, blocks), per_word, 16) == []


def test_heading_ends_a_passage_that_is_full_enough() -> None:
    prose = "one two three four five six seven eight."
    text = f"{prose}\n\nNext\n\n{prose}"
    size = len(prose)
    blocks = (
        Block(0, size, "paragraph"),
        Block(size + 2, size + 6, "heading"),
        Block(size + 8, len(text), "paragraph"),
    )
    document = Document("d", "s", None, text, {}, blocks)
    assert [p.heading for p in chunk(document, per_word, 18)] == [None, "Next"]
    assert [p.heading for p in chunk(document, per_word, 40)] == [None]


def test_passage_never_spans_two_pages() -> None:
    blocks = (Block(0, 4, "paragraph"), Block(6, 10, "paragraph"))
    document = Document("d", "s", None, "One.\n\nTwo.", {}, blocks, pages=(0, 6))
    passages = chunk(document, per_word, 16)
    assert [(p.page, p.text) for p in passages] == [(1, "One."), (2, "Two.")]


def test_sentence_that_runs_over_a_page_break_stays_whole_on_the_page_where_it_begins() -> None:
    text = "Before. It begins here and ends there. After."
    blocks = (Block(0, len(text), "paragraph"),)
    document = Document("d", "s", None, text, {}, blocks, pages=(0, text.index("and")))
    passages = chunk(document, per_word, 16)
    assert [(p.page, p.text) for p in passages] == [
        (1, "Before. It begins here and ends there."),
        (2, "After."),
    ]


def test_furniture_is_in_no_passage() -> None:
    text = "One.\n\nShare this page\n\nTwo."
    blocks = (Block(0, 4, "paragraph"), Block(6, 21, "furniture"), Block(23, 27, "paragraph"))
    passages = chunk(Document("d", "s", None, text, {}, blocks), per_word, 16)
    assert [p.text for p in passages] == ["One.", "Two."]


def test_sentences_of_a_list_are_told_from_others() -> None:
    text = "Ask these: Ann. Bob knows. He is old.\nThe end."
    kinds = [(0, 10, "paragraph"), (11, 15, "item"), (16, 37, "item"), (38, 46, "paragraph")]
    document = Document("d", "d", None, text, {}, tuple(Block(*one) for one in kinds))  # type: ignore[arg-type]
    (passage,) = chunk(document, per_word, 50)
    said = [(passage.quote(sentence), sentence.item) for sentence in passage.sentences]
    assert said == [
        ("Ask these:", False),
        ("Ann.", True),
        ("Bob knows.", True),
        ("He is old.", True),
        ("The end.", False),
    ]


def test_page_at_counts_from_one_and_an_empty_page_holds_nothing() -> None:
    document = Document("d", "s", None, "aabb", pages=(0, 2, 2))
    assert [document.page_at(i) for i in range(4)] == [1, 1, 3, 3]
    assert Document("d", "s", None, "aabb").page_at(0) is None


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_sentences_lose_only_white_space(text: str) -> None:
    at, lost = 0, ""
    for start, end in split_sentences(text, 0, len(text)):
        assert at <= start < end
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        lost += text[at:start]
        at = end
    assert not (lost + text[at:]).strip()


def test_abbreviations_do_not_end_sentences() -> None:
    text = "Dr. Ann Lee met Mr. Ray at 5.30 p.m. on Monday. They talked, e.g. about care."
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == [
        "Dr. Ann Lee met Mr. Ray at 5.30 p.m. on Monday.",
        "They talked, e.g. about care.",
    ]


@given(text=TEXTS, most=st.integers(1, 30))
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("token_starts", [per_word, per_character])
def test_last_tokens_is_the_longest_end_that_fits(
    token_starts: TokenStarts, text: str, most: int
) -> None:
    end = last_tokens(text, token_starts, most)
    assert text.endswith(end)
    assert len(token_starts(end)) == min(most, len(token_starts(text)))


@pytest.mark.parametrize("text", ["한국어문장입니다" * 20, "zzqation " * 200, "ation" * 300, "a b"])
@pytest.mark.parametrize("most", [1, 2, 3, 50, 101, 254])
def test_last_tokens_fits_when_counted_again(
    embedder: SentenceTransformerEmbedder, text: str, most: int
) -> None:
    end = last_tokens(text, embedder.token_starts, most)
    assert text.endswith(end)
    assert len(embedder.token_starts(end)) <= most


def test_last_tokens_of_one_character_with_many_tokens_is_empty() -> None:
    assert last_tokens("한", three_per_character, 2) == ""


def test_context_prefix_joins_title_and_heading() -> None:
    assert context_prefix("Title", "Heading", per_word) == "Title\nHeading"
    assert context_prefix("Title", "Title", per_word) == "Title"
    assert context_prefix(None, "Heading", per_word) == "Heading"
    assert context_prefix(None, None, per_word) == ""


@given(title=st.none() | TEXTS, heading=st.none() | TEXTS)
@settings(max_examples=60, deadline=None)
@example(title="word " * 300, heading="x")
@example(title="한국어문장입니다" * 60, heading=None)
def test_context_prefix_is_cut_to_fit(
    embedder: SentenceTransformerEmbedder, title: str | None, heading: str | None
) -> None:
    prefix = context_prefix(title, heading, embedder.token_starts)
    assert len(embedder.token_starts(prefix)) <= PREFIX_TOKENS
    assert f"{title or ''}\n{heading or ''}".strip().startswith(prefix.split("\n")[0].strip())
