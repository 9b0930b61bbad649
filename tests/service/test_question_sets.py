"""Question sets: every phrasing with its gold quotes, and documents that are kept elsewhere."""

import json
from pathlib import Path

import pytest

from indexer.errors import CorpusError
from service.question_sets import corpus_of, gathered, phrasings


def test_every_variant_is_a_question_with_the_same_quotes(tmp_path: Path) -> None:
    rows = [
        {
            "_id": "1",
            "question": "why?",
            "quotes": ["Because."],
            "variants": ["reason", "how come"],
        },
        {"_id": "2", "question": "who?", "quotes": []},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "questions.jsonl").write_text(text)
    found = [(one.question.text, one.quotes) for one in phrasings(tmp_path)]
    because = ("Because.",)
    assert found == [("why?", because), ("reason", because), ("how come", because), ("who?", ())]


def test_documents_are_its_own_or_copied_from_the_collection(tmp_path: Path) -> None:
    own, elsewhere, pages = tmp_path / "own", tmp_path / "elsewhere", tmp_path / "pages"
    for folder in (own / "corpus", elsewhere, pages / "a"):
        folder.mkdir(parents=True)
    assert corpus_of(own, None, tmp_path) == own / "corpus"
    (elsewhere / "pages.txt").write_text("a/b.md\n")
    (pages / "a" / "b.md").write_text("Text.")
    assert corpus_of(elsewhere, None, tmp_path) is None
    corpus = corpus_of(elsewhere, pages, tmp_path / "scratch")
    assert corpus is not None
    assert {path.name: path.read_text() for path in corpus.iterdir()} == {"a__b.md": "Text."}
    (elsewhere / "pages.txt").write_text("gone.md\n")
    with pytest.raises(CorpusError, match=r"gone\.md"):
        corpus_of(elsewhere, pages, tmp_path)


def test_documents_of_all_sets_beside_are_gathered_without_their_questions(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "sets" / name / "corpus").mkdir(parents=True)
        (tmp_path / "sets" / name / "corpus" / "a.txt").write_text(name)
        (tmp_path / "sets" / name / "questions.jsonl").write_text("{}")
    (tmp_path / "into" / "gone").mkdir(parents=True)
    into = gathered([tmp_path / "sets" / "one"], tmp_path / "into")
    found = {str(path.relative_to(into)): path.read_text() for path in into.rglob("*.*")}
    assert found == {"one/a.txt": "one", "two/a.txt": "two"}
    assert not (into / "gone").exists()
    with_pages = gathered([tmp_path / "sets" / "one"], tmp_path / "into", tmp_path / "sets" / "two")
    assert (with_pages / "pages" / "questions.jsonl").read_text() == "{}"
    assert (with_pages / "two" / "a.txt").read_text() == "two"


WITH_DOCUMENTS = sorted(folder.parent for folder in Path("training").glob("*/corpus"))


@pytest.mark.parametrize("folder", WITH_DOCUMENTS, ids=lambda path: path.name)
def test_every_gold_quote_stands_in_the_set_that_names_it(folder: Path) -> None:
    texts = [" ".join(path.read_text().split()) for path in (folder / "corpus").iterdir()]
    asked = list(phrasings(folder))
    assert any(one.quotes for one in asked)
    assert any(not one.quotes for one in asked)
    for one in asked:
        for quote in one.quotes:
            assert any(" ".join(quote.split()) in text for text in texts), quote
