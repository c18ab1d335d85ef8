"""Views of a page that people keep: private or shared, and deleted by their owner alone."""

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.workbench import Workbench
from db.stores.saved_views import SavedViewStore, View
from tests.conftest import SETTINGS


@pytest.fixture
def views(ready: Database) -> SavedViewStore:
    return Workbench(ready, SETTINGS).saved_views


def names(views: SavedViewStore, person: str) -> list[tuple[str, str]]:
    return [(view.owner, view.name) for view in views.find("queue", person)]


def test_a_view_is_its_owners_until_it_is_shared(views: SavedViewStore) -> None:
    views.save("queue", View(0, "Ada", "Names of firms", {"doubt": "employer"}, is_shared=False))
    views.save("queue", View(0, "Ada", "By meaning", {"by": "meaning"}, is_shared=True))
    assert names(views, "Ada") == [("Ada", "By meaning"), ("Ada", "Names of firms")]
    assert names(views, "Bob") == [("Ada", "By meaning")]
    assert views.find("health", "Ada") == []


def test_keeping_a_name_again_changes_that_view(views: SavedViewStore) -> None:
    views.save("queue", View(0, "Ada", " Mine  now ", {"kind": "skill"}, is_shared=False))
    views.save("queue", View(0, "Ada", "Mine now", {"kind": "kra"}, is_shared=False))
    (view,) = views.find("queue", "Ada")
    assert (view.name, view.address) == ("Mine now", {"kind": "kra"})
    with pytest.raises(StoreError, match="Give the view a name"):
        views.save("queue", View(0, "Ada", "  ", {}, is_shared=False))


def test_only_its_owner_deletes_a_view(views: SavedViewStore) -> None:
    views.save("queue", View(0, "Ada", "Shared", {}, is_shared=True))
    (view,) = views.find("queue", "Bob")
    with pytest.raises(StoreError, match="belongs to somebody else"):
        views.delete(view.id, "Bob")
    views.delete(view.id, "Ada")
    assert names(views, "Ada") == []
