"""The threads that computing takes."""

import numpy as np
from threadpoolctl import threadpool_info

from pipeline.learned.threads import products_in_own_thread


def test_a_product_of_matrices_takes_the_thread_that_asks_for_it() -> None:
    products_in_own_thread()
    assert np.ones((2, 2)).sum() == 4
    assert {found["num_threads"] for found in threadpool_info() if found["internal_api"] == "openblas"} == {1}
