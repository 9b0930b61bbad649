"""The sidecar: what the user says of documents is applied; mistakes are named by their line."""

from pathlib import Path

import pytest

from indexer.hashes import FileHashes, corpus_hash
from indexer.load.registry import corpus_files, load_corpus
from indexer.load.sidecar import Sidecar
from indexer.types import Document, Skipped

PROSE = "The council agreed its budget."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Files that state an author and a date themselves, in two folders, and two records."""
    (tmp_path / "old").mkdir()
    for name in ("a.txt", "b.txt", "old/a.txt"):
        (tmp_path / name).write_text(f"A heading\n\nBy Ann Lee, 3 May 2021\n\n{PROSE * 3}")
    (tmp_path / "c.jsonl").write_text(
        f'{{"_id": 1, "text": "{PROSE}"}}\n{{"_id": 2, "text": "{PROSE}"}}'
    )
    return tmp_path


def load(corpus: Path) -> tuple[dict[str, Document], list[Skipped]]:
    items = [item for _, item in load_corpus(corpus, corpus_files(corpus), 2**20)]
    documents = {item.source: item for item in items if isinstance(item, Document)}
    return documents, [item for item in items if isinstance(item, Skipped)]


def warnings(corpus: Path) -> dict[str, str]:
    """What is said by line; each line is told of once."""
    found = load(corpus)[1]
    assert len({item.source for item in found}) == len(found)
    return {item.source: item.reason for item in found}


def test_row_overrides_what_was_read_and_says_where(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text(
        "file,title,author,publisher,published,updated,url,language,Shelf mark\n"
        "b.txt,,,LGC,,,,,\n"
        "a.txt,A plan,Bo Ek,,2018-07-05,July 2019,https://example.org/a,en_GB,X 12\n"
    )
    documents, skipped = load(corpus)
    assert skipped == []
    assert documents.keys() == {"a.txt", "b.txt", "c.jsonl#1", "c.jsonl#2", "old/a.txt"}
    document = documents["a.txt"]
    assert document.title == "A plan"
    assert document.metadata == {
        "author": "Bo Ek",
        "published": "2018-07-05",
        "updated": "2019-07",
        "url": "https://example.org/a",
        "language": "en-GB",
        "Shelf mark": "X 12",
    }
    assert document.provenance == dict.fromkeys(
        ("title", *document.metadata), "metadata.csv, line 3"
    )
    other = documents["b.txt"]
    assert other.metadata == {"author": "Ann Lee", "published": "2021-05-03", "publisher": "LGC"}
    assert other.provenance["publisher"] == "metadata.csv, line 2"
    assert other.provenance["author"] == "byline in the text, line 3"
    assert (other.title, documents["old/a.txt"].field("publisher")) == ("A heading", None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.csv", "\ufeffFile;Title\r\na.txt;A plan, and more\r\n"),
        ("metadata.csv", "title\tfile\nA plan, and more\ta.txt\n"),
        ("metadata.csv", '\n\nfile,title\n\na.txt,"A plan,\nand more"\n'),
        ("Metadata.CSV", 'file , title \n a.txt ,"A plan, and more "\n'),
        ("metadata.yaml", "- file: a.txt\n  title: A plan, and more\n"),
        ("metadata.yml", "a.txt:\n  title: A plan, and more\n"),
        ("metadata.yml", "a.txt: {title: [A plan, and more]}\n"),
    ],
)
def test_tables_and_yaml_are_read_as_people_save_them(corpus: Path, name: str, text: str) -> None:
    (corpus / name).write_bytes(text.encode())
    documents, skipped = load(corpus)
    assert (documents["a.txt"].title, skipped) == ("A plan, and more", [])


def test_table_saved_by_windows_is_read(corpus: Path) -> None:
    (corpus / "metadata.csv").write_bytes("file,author\na.txt,Zoë O’Neil\n".encode("cp1252"))
    assert load(corpus)[0]["a.txt"].field("author") == "Zoë O’Neil"


def test_yaml_values_stay_what_is_written(corpus: Path) -> None:
    (corpus / "metadata.yaml").write_text(
        "- file: a.txt\n  author: [Bo Ek, Cy Poe]\n  published: 2018-07-05\n  status: no\n"
        "  version: 1.10\n  publisher:\n"
    )
    assert load(corpus)[0]["a.txt"].metadata == {
        "author": "Bo Ek, Cy Poe",
        "published": "2018-07-05",
        "status": "no",
        "version": "1.10",
    }


def test_other_names_of_fields_are_understood(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text("file,Authors,Date,lang\na.txt,Bo Ek,5 July 2018,cy\n")
    metadata = load(corpus)[0]["a.txt"].metadata
    assert metadata == {"author": "Bo Ek", "published": "2018-07-05", "language": "cy"}


def test_sidecar_names_files_from_its_own_folder(corpus: Path) -> None:
    (corpus / "old" / "metadata.csv").write_text("file,title\na.txt,Old\n../b.txt,From below\n")
    documents, skipped = load(corpus)
    assert skipped == []
    assert documents["old/a.txt"].title == "Old"
    assert documents["old/a.txt"].provenance["title"] == "old/metadata.csv, line 2"
    assert (documents["a.txt"].title, documents["b.txt"].title) == ("A heading", "From below")


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("*.txt", {"a.txt", "b.txt"}),
        ("**/*.txt", {"a.txt", "b.txt", "old/a.txt"}),
        ("**/a.*", {"a.txt", "old/a.txt"}),
        ("old/**", {"old/a.txt"}),
        ("[bx].txt", {"b.txt"}),
        ("?.jsonl", {"c.jsonl#1", "c.jsonl#2"}),
        ("c.jsonl", {"c.jsonl#1", "c.jsonl#2"}),
        ("c.jsonl#2", {"c.jsonl#2"}),
        ("c.jsonl#*", {"c.jsonl#1", "c.jsonl#2"}),
        ("./a.txt", {"a.txt"}),
        ("old\\a.txt", {"old/a.txt"}),
        ("**", {"a.txt", "b.txt", "old/a.txt", "c.jsonl#1", "c.jsonl#2"}),
    ],
)
def test_path_pattern_or_record_names_documents(
    corpus: Path, pattern: str, named: set[str]
) -> None:
    (corpus / "metadata.csv").write_text(f"file,shelf\n{pattern},12\n")
    documents, skipped = load(corpus)
    assert {source for source, one in documents.items() if one.field("shelf")} == named
    assert skipped == []


def test_row_that_names_a_file_beats_patterns_and_deeper_sidecars_beat_those_above(
    corpus: Path,
) -> None:
    (corpus / "metadata.csv").write_text(
        "file,title,publisher\na.txt,Named,\nold/a.txt,Above,\n*.txt,Early,E\n*.txt,Late,L\n"
    )
    (corpus / "old" / "metadata.yaml").write_text("- file: '*.txt'\n  title: Deep\n")
    documents, skipped = load(corpus)
    assert skipped == []
    assert (documents["a.txt"].title, documents["a.txt"].field("publisher")) == ("Named", "L")
    assert (documents["b.txt"].title, documents["old/a.txt"].title) == ("Late", "Deep")


def test_name_with_accents_in_another_unicode_form_or_brackets_is_found(corpus: Path) -> None:
    (corpus / "cafe\u0301 [1]#x.txt").write_text(PROSE)
    (corpus / "metadata.csv").write_text("file,title\ncaf\u00e9 [1]#x.txt,A plan\n")
    documents, skipped = load(corpus)
    assert skipped == []
    assert [one.title for name, one in documents.items() if name.startswith("caf")] == ["A plan"]


def test_rows_that_name_nothing_are_reported_with_what_to_do(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text(
        "file,title\nA.txt,x\nold,x\n*.pdf,x\n,x\nc.jsonl#9,x\nmetadata.csv,x\n../../etc/passwd,x\n"
    )
    documents, _ = load(corpus)
    assert {one.title for one in documents.values()} == {"A heading", None}
    assert warnings(corpus) == {
        "metadata.csv, line 2": "names no file of the corpus: 'A.txt' (is 'a.txt' meant?)",
        "metadata.csv, line 3": "'old' is a folder; to name all its files write old/**",
        "metadata.csv, line 4": "names no file of the corpus: '*.pdf'",
        "metadata.csv, line 5": "names no file",
        "metadata.csv, line 6": "names nothing that was read: 'c.jsonl#9'",
        "metadata.csv, line 7": "names no file of the corpus: 'metadata.csv'",
        "metadata.csv, line 8": "names no file of the corpus: '../../etc/passwd'",
    }


def test_second_row_for_a_file_is_left_out(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text("file,title\na.txt,First\nb.txt,x\n./a.txt,Second\n")
    assert load(corpus)[0]["a.txt"].title == "First"
    assert warnings(corpus) == {
        "metadata.csv, line 4": "'./a.txt' has a row already, in line 2; this one is left out"
    }


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("published", "someday", "is no date"),
        ("published", "2018-02-30", "is no date"),
        ("updated", "31/02/2018", "is no date"),
        ("url", "javascript:alert(1)", "is no address"),
        ("language", "the usual", "is no code"),
    ],
)
def test_value_that_is_not_what_its_column_asks_for_is_left_out_and_the_rest_taken(
    corpus: Path, column: str, value: str, word: str
) -> None:
    (corpus / "metadata.csv").write_text(f"file,{column},publisher\na.txt,{value},LGC\n")
    document = load(corpus)[0]["a.txt"]
    assert document.metadata == {
        "author": "Ann Lee",
        "published": "2021-05-03",
        "publisher": "LGC",
    }
    (reason,) = warnings(corpus).values()
    assert word in reason
    assert repr(value) in reason


def test_row_with_more_cells_than_columns_is_left_out(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text("file,title,author\na.txt,Plans, and more,Bo\nb.txt,x\n")
    documents, _ = load(corpus)
    assert (documents["a.txt"].title, documents["b.txt"].title) == ("A heading", "x")
    assert "quotes" in warnings(corpus)["metadata.csv, line 2"]


@pytest.mark.parametrize(
    ("name", "text", "line", "word"),
    [
        ("metadata.csv", "name,title\na.txt,x\n", 1, "no column 'file'"),
        ("metadata.csv", "", 1, "no column 'file'"),
        ("metadata.csv", 'file,title\nb.txt,x\n\na.txt,"never closed\n', 4, "is not CSV"),
        ("metadata.yaml", "- file: a.txt\n  title: [unclosed\n", 3, "is not YAML"),
        ("metadata.yaml", "- file: a.txt\n- title: x\n", 2, "names no file"),
        ("metadata.yaml", "a.txt: A plan\n", 1, "is no mapping"),
        ("metadata.yaml", "- file: a.txt\n  shelf: {row: 1}\n", 2, "'shelf' is neither"),
        ("metadata.yaml", "just text", 1, "neither a list nor a mapping"),
        ("metadata.yaml", "a: b: c", 1, "is not YAML"),
        ("metadata.yaml", "--- a\n--- b\n", 2, "is not YAML"),
        ("metadata.yaml", "[" * 5000, 1, "is not YAML"),
        ("metadata.yaml", "? [x]\n: {title: y}\n", 1, "is no mapping"),
        ("metadata.yaml", "x: &a\n  b: *a\n", 2, "'b' is neither"),
    ],
)
def test_broken_sidecar_is_reported_by_line_and_documents_are_read_all_the_same(
    corpus: Path, name: str, text: str, line: int, word: str
) -> None:
    (corpus / name).write_text(text)
    documents, skipped = load(corpus)
    assert len(documents) == 5
    assert skipped[0].source == f"{name}, line {line}"
    assert word in skipped[0].reason


def test_sidecar_that_is_not_text_is_reported(corpus: Path) -> None:
    (corpus / "metadata.csv").write_bytes(b"\0\1\2")
    assert warnings(corpus) == {"metadata.csv": "is not text (it holds binary data)"}


def test_sidecar_that_vanishes_is_reported(corpus: Path) -> None:
    sidecar = Sidecar.load({name: corpus / name for name in ("a.txt", "metadata.csv")})
    assert [one.source for one in sidecar.warnings] == ["metadata.csv"]


def test_rows_before_the_broken_one_count(corpus: Path) -> None:
    (corpus / "metadata.csv").write_text('file,title\na.txt,First\nb.txt,"never closed\n')
    assert load(corpus)[0]["a.txt"].title == "First"


def test_empty_yaml_says_nothing(corpus: Path) -> None:
    (corpus / "metadata.yaml").write_text("# nothing yet\n")
    assert load(corpus)[1] == []


def test_corpus_without_a_sidecar_is_as_it_was(corpus: Path) -> None:
    sidecar = Sidecar.load({"a.txt": corpus / "a.txt"})
    assert (sidecar.paths, sidecar.warnings) == ([], [])
    document = load(corpus)[0]["a.txt"]
    assert sidecar.apply(document) is document


def test_sidecar_beside_nothing_is_a_file_like_others(tmp_path: Path) -> None:
    path = tmp_path / "metadata.csv"
    path.write_text("file,title\n")
    assert Sidecar.load({"metadata.csv": path}).paths == []


@pytest.mark.parametrize("named", ["old.zip", "old.zip/in/x.jsonl", "old.zip/**", "old.zip/*/*#1"])
def test_what_lies_in_an_archive_can_be_named(tmp_path: Path, named: str) -> None:
    sidecar_path = tmp_path / "metadata.csv"
    sidecar_path.write_text(f"file,shelf\n{named},12\nold.zip/none.txt,13\n")
    sidecar = Sidecar.load({"old.zip": tmp_path / "old.zip", "metadata.csv": sidecar_path})
    document = sidecar.apply(Document("1", "old.zip/in/x.jsonl#1", None, PROSE))
    assert document.metadata == {"shelf": "12"}
    assert sidecar.warnings == []
    assert [one.source for one in sidecar.unused()] == ["metadata.csv, line 3"]


def test_corpus_counts_as_changed_when_its_sidecar_does(corpus: Path) -> None:
    path = corpus / "metadata.csv"
    path.write_text("file,title\na.txt,A\n")
    before = corpus_hash(corpus, corpus_files(corpus), FileHashes(corpus.parent / "index"))
    path.write_text("file,title\na.txt,B\n")
    assert corpus_hash(corpus, corpus_files(corpus), FileHashes(corpus.parent / "index")) != before
