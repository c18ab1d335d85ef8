"""The threads of the libraries that compute: how those of torch wait, and how many a product of numpy takes."""

from __future__ import annotations

import os

from threadpoolctl import ThreadpoolController


def passive_waiting() -> None:
    """Let the threads of torch sleep while they wait, unless ``OMP_WAIT_POLICY`` is set already.

    Threads that spin take the cores from the database and the browser beside them. OpenMP reads the variable when it is
    loaded, so that a process must call this before anything imports torch.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def one_thread() -> None:
    """Let torch compute in the thread that asks, unless ``OMP_NUM_THREADS`` is set already; to be called as ``passive_waiting`` is.

    The layers of a job description are small: shared between two threads they take longer than in one.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def products_in_own_thread() -> None:
    """Let numpy compute each product of matrices in the thread that asks for it.

    Those of a run are small. Spread over several threads, each waits until the last of them gets a core, which on a machine with
    other work takes many times as long as the product.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
