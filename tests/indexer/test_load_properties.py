"""What property sheets say."""

import zipfile
from pathlib import Path

from indexer.load.properties import add_properties
from indexer.metadata import Facts

META = (
    '<office:document-meta xmlns:office="o" xmlns:dc="d" xmlns:meta="m"><office:meta>'
    "<dc:title>The plan</dc:title><dc:creator>Bo Ek</dc:creator>"
    "<meta:initial-creator>Ann Lee</meta:initial-creator><dc:date>2019-03-04T10:00:00</dc:date>"
    "<meta:creation-date>2018-01-02T00:00:00</meta:creation-date>"
    "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
)


def facts_of(tmp_path: Path, name: str, xml: str) -> Facts:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, xml)
    facts = Facts()
    with zipfile.ZipFile(path) as archive:
        add_properties(facts, archive)
    return facts


def test_who_began_a_document_is_its_author_and_the_last_change_its_update(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "meta.xml", META)
    assert facts.values == {
        "title": "The plan",
        "author": "Ann Lee",
        "updated": "2019-03-04",
        "language": "en-GB",
    }
    assert set(facts.found.values()) == {"document properties"}


def test_no_properties_are_no_obstacle(tmp_path: Path) -> None:
    assert facts_of(tmp_path, "other.xml", "<a/>").values == {}


def test_several_authors_are_joined_by_commas(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "docProps/core.xml", "<a><creator>Ann Lee;Bo Ek</creator></a>")
    assert facts.values["author"] == "Ann Lee, Bo Ek"
