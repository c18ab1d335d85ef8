"""Broken and fixed as a bar to either side."""

from __future__ import annotations

from markupsafe import Markup

from pages.components import markup


def balance(broken: int, fixed: int, most: int) -> Markup:
    """The bar, its sides as parts of the ``most`` that any row has; the numbers stand beside it."""
    return markup.fill(
        '<span class="jdw-fixed" aria-hidden="true"><i class="r" style="width:{}%"></i><u></u><i class="g" style="width:{}%"></i></span>',
        f"{50 * broken / most:.1f}",
        f"{50 * fixed / most:.1f}",
    )
