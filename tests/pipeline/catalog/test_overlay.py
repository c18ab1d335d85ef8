"""A look-up that differs from another in a few entries."""

from __future__ import annotations

import pytest

from pipeline.catalog.overlay import Overlay


def test_it_reads_as_the_whole_look_up_would() -> None:
    found = Overlay({"oak": 1, "elm": 2, "ash": 3}, {"elm": 20, "fir": 4}, ["ash"])
    assert dict(found) == {"oak": 1, "elm": 20, "fir": 4}
    assert (len(found), "ash" in found, found.get("ash", 0), found.get("fir")) == (3, False, 0, 4)
    with pytest.raises(KeyError):
        found["ash"]


def test_one_that_is_edited_again_is_of_one_layer() -> None:
    first = Overlay({"oak": 1, "elm": 2}, {"fir": 4}, ["elm"])
    again = Overlay(first, {"elm": 5}, ["fir", "oak"])
    assert dict(again) == {"elm": 5}
    assert dict(first) == {"oak": 1, "fir": 4}
