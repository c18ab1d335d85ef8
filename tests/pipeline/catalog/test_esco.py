"""The catalog of ESCO: labels become aliases, the hierarchy becomes dimensions, all broken lines are named."""

from pathlib import Path

import pytest

from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.esco import read_esco
from pipeline.catalog.folder import read_folder, write_folder
from pipeline.errors import CatalogError
from tests.conftest import shared

HEAD = "id,description,hierarchy_levels,type\n"


def written(folder: Path, lines: str) -> Path:
    path = folder / "esco.csv"
    path.write_text(HEAD + lines, encoding="utf-8")
    return path


def test_labels_and_hierarchy_become_aliases_and_dimensions(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """K06.1,software development,,level_2
a1,Java (computer programming),"[['K', 'K06', 'K06.1', None]]",preferredLabel
a1,JDK,"[['K', 'K06', 'K06.1', None]]",altLabels
a1,jdk,"[['K', 'K06', 'K06.1', None]]",altLabels
""",
    )
    catalog = read_esco(path)
    assert [(s.slug, s.skill_nature) for s in catalog.skills] == [("java-computer-programming", "CONCEPT")]
    assert [a.alias_text for a in catalog.skill_aliases] == ["Java (computer programming)", "JDK", "Java"]
    assert [(d.slug, d.display_name) for d in catalog.dimensions] == [("k06-1", "software development")]
    assert AliasIndex(catalog).lookup("java")[0].skill_slug == "java-computer-programming"


def test_every_broken_line_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "a1,,,preferredLabel\na2,x,[[,preferredLabel\na3,y,,label\na4,z,,altLabels\n")
    with pytest.raises(CatalogError) as caught:
        read_esco(path)
    assert len(caught.value.problems) == 4
    with pytest.raises(CatalogError, match="no such file"):
        read_esco(tmp_path / "nothing.csv")
    bare = tmp_path / "bare.csv"
    bare.write_text("id,label\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="column description, hierarchy_levels, type is missing"):
        read_esco(bare)


@pytest.mark.slow
def test_the_whole_of_esco_is_a_catalog_that_reads_back(tmp_path: Path) -> None:
    catalog = read_esco(shared("data/esco_skills.csv"))
    assert len(catalog.skills) == 13412
    assert len(catalog.skill_aliases) > 90_000
    write_folder(catalog, tmp_path / "esco")
    assert read_folder(tmp_path / "esco").catalog == catalog
