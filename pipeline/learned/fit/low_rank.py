"""The training of a low-rank change of vectors: texts of one group come nearer to each other than to those of others.

In each step some groups give one text to ask and a few to be found. The loss is the cross entropy of the asked text's group by
its texts (neighbourhood components, Goldberger et al. 2004) and by their middle (Snell et al. 2017), with a temperature
(InfoNCE, van den Oord et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from pipeline.learned.nearness import LowRank
from pipeline.vectors import WIDTH, Vectors

Integers = npt.NDArray[np.int64]
MASKED = -1e4


@dataclass(frozen=True)
class GroupedTexts:
    """Vectors (n, width) of texts, the ``groups`` (n,) that they belong to, and a number (n,) for each wording."""

    vectors: Vectors
    groups: Integers
    wordings: Integers


@dataclass(frozen=True)
class Schedule:
    """How a change is trained; ``dropout`` is the share of a vector that the change does not see."""

    steps: int = 300
    groups_a_step: int = 400
    texts_to_find: int = 4
    rank: int = 128
    rate: float = 1e-3
    decay: float = 0.1
    dropout: float = 0.3
    temperature: float = 0.06


def train_low_rank(texts: GroupedTexts, schedule: Schedule, seed: int = 0) -> LowRank:
    """Return the change that is learned from groups of texts; the same for the same texts, schedule and seed."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    vectors = torch.from_numpy(texts.vectors)
    groups = _groups_of_several(texts)
    down = torch.nn.Parameter(torch.randn(WIDTH, schedule.rank) * 0.02)
    up = torch.nn.Parameter(torch.zeros(schedule.rank, WIDTH))
    optimizer = torch.optim.AdamW([down, up], lr=schedule.rate, weight_decay=schedule.decay)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, schedule.rate, total_steps=schedule.steps, pct_start=0.1)
    size = schedule.texts_to_find + 1
    for _ in range(schedule.steps):
        chosen = [groups[i] for i in random.permutation(len(groups))[: schedule.groups_a_step]]
        picked = np.stack([random.choice(g, size, replace=len(g) < size) for g in chosen])
        x = vectors[torch.from_numpy(picked)]
        is_seen = (torch.rand(WIDTH) > schedule.dropout).float() / (1 - schedule.dropout)
        placed = functional.normalize(x + (x * is_seen) @ down @ up, dim=-1)
        loss = _loss(placed, texts.wordings[picked], schedule.temperature)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        rates.step()
    return LowRank(down.detach().numpy(), up.detach().numpy())


def _groups_of_several(texts: GroupedTexts) -> list[Integers]:
    """The rows of each group that has more than one wording."""
    order = np.argsort(texts.groups, kind="stable")
    edges = np.flatnonzero(np.diff(texts.groups[order])) + 1
    return [rows for rows in np.split(order, edges) if len(set(texts.wordings[rows].tolist())) > 1]


def _loss(placed: torch.Tensor, wordings: Integers, temperature: float) -> torch.Tensor:
    """The loss of (n_groups, 1 + n_to_find, width) unit vectors, of which the first of each group is asked."""
    asked, others = placed[:, 0], placed[:, 1:]
    # A text of the asked wording, in whichever group, says nothing.
    is_same = torch.from_numpy(wordings[:, 0][:, None, None] == wordings[:, 1:][None])
    near = (torch.einsum("qd,ckd->qck", asked, others) / temperature).masked_fill(is_same, MASKED)
    by_texts = torch.logsumexp(near, dim=2)
    by_middle = asked @ functional.normalize(others.mean(1), dim=1).T / temperature
    right = torch.arange(len(asked))
    losses = [functional.cross_entropy(by, right, reduction="none") for by in (by_texts, by_middle)]
    can_be_found = ~is_same.diagonal(dim1=0, dim2=1).any(0)
    return torch.stack(losses).mean(0)[can_be_found].mean()
