"""Work beside the pages: piece by piece, tried again where it fails, and at an end with the workbench."""

from __future__ import annotations

import threading

import pytest

from db.services.beside_pages import BesidePages


def test_work_is_done_until_there_is_none_and_a_failure_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    left, idle = [3, 2, 1], threading.Event()

    def step() -> bool:
        if not left:
            idle.set()
            return False
        if left.pop() == 2:
            raise ValueError("broken")
        return True

    work = BesidePages("counting sheep", step, 0.01)
    work.begin()
    work.begin()
    assert idle.wait(10)
    work.close()
    assert left == [] and caplog.text.count("counting sheep failed") == 1


def test_two_pieces_never_go_on_at_once_and_nothing_begins_behind_the_end() -> None:
    inside, most, rounds = [], [], threading.Semaphore(0)

    def piece() -> bool:
        inside.append(1)
        most.append(len(inside))
        inside.pop()
        rounds.release()
        return True

    works = [BesidePages(f"work {n}", lambda: works[0].in_turn(piece), 0.01) for n in range(3)]
    for work in works:
        work.begin()
    assert all(rounds.acquire(timeout=10) for _ in range(30))
    for work in works:
        work.close()
    done = len(most)
    assert max(most) == 1 and works[0].is_closing
    works[0].begin()
    assert len(most) == done
