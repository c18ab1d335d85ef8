"""The one forward pass: in training's form it is the reference model, and both forms agree with each other."""

import numpy as np
import pytest
import torch

from pipeline.learned.minilm import MiniLM
from pipeline.learned.tagger.adapted import AdaptedMiniLM
from pipeline.learned.transformer import Layer, build, model_folder, packed_attention, padded_attention

SENTENCES = ["Tunes Spark jobs", "x", "Designs REST interfaces with clear payloads, limits and errors"]


@pytest.fixture(scope="module")
def ids() -> list[list[int]]:
    return [list(e.ids) for e in MiniLM().pieces([s.split() for s in SENTENCES])]


@pytest.fixture(scope="module")
def adapted() -> AdaptedMiniLM:
    model = AdaptedMiniLM()
    model.eval()
    return model


def padded(ids: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.long)
    is_token = torch.zeros_like(tokens, dtype=torch.bool)
    for row, sequence in enumerate(ids):
        tokens[row, : len(sequence)] = torch.tensor(sequence)
        is_token[row, : len(sequence)] = True
    return tokens, is_token


def test_without_change_or_dropout_training_sees_the_reference(adapted: AdaptedMiniLM, ids: list[list[int]]) -> None:
    from transformers import AutoModel

    tokens, is_token = padded(ids)
    with torch.inference_mode():
        actual = adapted(tokens, is_token)
        reference = AutoModel.from_pretrained(str(model_folder())).eval()(
            tokens, attention_mask=is_token.long(), output_hidden_states=True
        )
    expected = torch.cat([reference.hidden_states[3], reference.last_hidden_state], 2)
    assert torch.allclose(actual[is_token], expected[is_token], atol=1e-4)


def test_sequences_end_to_end_are_those_of_a_padded_batch(ids: list[list[int]]) -> None:
    def make_layer(_block: int, _name: str, weight: torch.Tensor, bias: torch.Tensor) -> Layer:
        return lambda states: torch.nn.functional.linear(states, weight, bias)

    model = build(make_layer)
    tokens, is_token = padded(ids)
    ends = np.cumsum([len(sequence) for sequence in ids]).tolist()
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    positions = torch.cat([torch.arange(len(sequence)) for sequence in ids])
    with torch.inference_mode():
        packed = model.states(
            torch.tensor([i for sequence in ids for i in sequence]), positions, packed_attention(spans)
        )
        batch = model.states(tokens, torch.arange(tokens.shape[1]), padded_attention(is_token))
    for one, other in zip(packed, batch, strict=True):
        assert torch.allclose(one, other[is_token], atol=1e-4)


def test_integers_stay_near_to_single_precision(adapted: AdaptedMiniLM, ids: list[list[int]]) -> None:
    words = [s.split() for s in SENTENCES]
    tokens, is_token = padded(ids)
    with torch.inference_mode():
        exact = adapted(tokens, is_token)
    first = MiniLM().word_states(words)
    for row, states in enumerate(first):
        # The first word is one piece in each of these sentences.
        cosine = torch.nn.functional.cosine_similarity(torch.from_numpy(states[0]), exact[row, 1], dim=0)
        assert cosine > 0.97


def test_dropout_and_gradients_reach_training_alone(adapted: AdaptedMiniLM, ids: list[list[int]]) -> None:
    tokens, is_token = padded(ids)
    adapted.train()
    torch.manual_seed(0)
    first, second = adapted(tokens, is_token), adapted(tokens, is_token)
    assert not torch.equal(first, second)
    first.sum().backward()
    assert all(p.grad is not None for name, p in adapted.changes().items() if name.startswith("up."))
    adapted.eval()
    with torch.no_grad():
        assert torch.equal(adapted(tokens, is_token), adapted(tokens, is_token))
