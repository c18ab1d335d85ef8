"""The branch that tags words: a text's tags depend on nothing but the text, and the vectors stay those of the model."""

import numpy as np
import pytest
import torch

from pipeline.learned.branch import MAX_CHARACTERS, NOT_READ, STEPS, BranchWeights, TextWords, read_branch
from pipeline.learned.minilm import MAX_TOKENS, MiniLM
from pipeline.learned.words import word_spans

TEXTS = [
    "Deploys with Docker and Terraform to AWS.",
    "We share cake on the last day of each month.",
    "",
    "Knows Zylograph, C++ & Node.js 😀 (日本語)",
    "x",
    "\ud800 lone",
    "Builds dashboards in Grafana for the plant. " * 60,
]


@pytest.fixture(scope="module")
def carried() -> MiniLM:
    return MiniLM(branch=read_branch())


def test_each_word_has_a_tag(carried: MiniLM) -> None:
    for text, tags in zip(TEXTS, carried.encode_with_tags(TEXTS).tags, strict=True):
        assert tags.shape == (len(word_spans(text[:MAX_CHARACTERS])), 2) and tags.dtype == np.float32
    assert carried.encode_with_tags([""]).tags[0].shape == (0, 2)
    assert carried.encode_with_tags([]).vectors.shape == (0, 384)


def test_names_are_knowledge_and_plain_words_are_not(carried: MiniLM) -> None:
    tools, cake, *_ = carried.encode_with_tags(TEXTS).tags
    # Deploys with Docker and Terraform to AWS .
    begins = tools[:, 0]
    assert begins[[2, 4, 6]].min() > 0.5 and begins[[0, 1, 3, 5, 7]].max() < 0.2
    assert cake.sum(1).max() < 0.2


def test_a_text_has_the_same_tags_beside_any_other(carried: MiniLM) -> None:
    together = carried.encode_with_tags(TEXTS)
    backwards = carried.encode_with_tags(TEXTS[::-1])
    assert np.array_equal(together.vectors, backwards.vectors[::-1])
    for i, text in enumerate(TEXTS):
        alone = carried.encode_with_tags([text])
        assert np.array_equal(together.tags[i], alone.tags[0])
        assert np.array_equal(together.tags[i], backwards.tags[len(TEXTS) - 1 - i])
        assert np.array_equal(together.vectors[i], alone.vectors[0])


def test_the_vectors_are_those_of_the_model_without_a_branch(carried: MiniLM) -> None:
    vectors = carried.encode_with_tags(TEXTS).vectors
    assert vectors.tobytes() == carried.encode(TEXTS).tobytes() == MiniLM().encode(TEXTS).tobytes()


def test_white_space_changes_no_tag(carried: MiniLM) -> None:
    one, other = carried.encode_with_tags(["Runs Apache Kafka, at scale", "Runs  Apache\n\tKafka,   at scale"]).tags
    assert np.array_equal(one, other)


def test_probabilities_are_given_in_steps(carried: MiniLM) -> None:
    tags = np.concatenate(carried.encode_with_tags(TEXTS[:4]).tags)
    assert np.allclose(tags * STEPS, np.round(tags * STEPS), atol=1e-3)
    assert tags.min() >= 0 and tags.sum(1).max() <= 1 + 1 / STEPS


def test_words_beyond_what_the_model_reads_are_marked(carried: MiniLM) -> None:
    (tags,) = carried.encode_with_tags(["go " * 400]).tags
    # The marks of beginning and end are tokens too.
    assert (tags[: MAX_TOKENS - 2] >= 0).all() and (tags[MAX_TOKENS - 2 :] == NOT_READ).all()
    (tags,) = carried.encode_with_tags(["terraform " * 400]).tags
    assert len(tags) == MAX_CHARACTERS // 10


def test_words_of_a_text_have_their_first_pieces() -> None:
    words = TextWords.in_text("uses kubectl.", [(0, 0), (0, 4), (5, 8), (8, 12), (12, 13), (0, 0)])
    assert words == TextWords(("uses", "kubectl", "."), (1, 2, 4))


def test_a_branch_begins_at_its_first_changed_block_and_adds_its_product() -> None:
    up, down = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0, 4.0]])
    weights = BranchWeights({"up.4.query": up, "down.4.query": down, "up.5.query": up, "tag.bias": up})
    assert weights.depth == 4
    assert weights.changed(4, "query", torch.eye(2)).tolist() == [[4.0, 4.0], [6.0, 9.0]]
