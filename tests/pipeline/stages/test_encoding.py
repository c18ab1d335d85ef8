"""Which sentences of a text are weighed, and whose vector is whose when several texts are encoded at once."""

import numpy as np
import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import title_vectors
from pipeline.contracts import ParsedJD
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.encoding import MAX_SENTENCES, EncodedJD, encode_jds, jd_vector
from pipeline.stages.parse import parse_jd
from pipeline.text import JDText


def parsed(jd: str) -> tuple[JDText, ParsedJD]:
    text = JDText(jd)
    return text, parse_jd(text, None)


def encoded(jd: str, encoder: CachedEncoder) -> EncodedJD:
    return encode_jds([parsed(jd)], encoder)[0]


def test_duties_are_weighed_each_wording_once_and_short_ones_not(jd: str, indexes: Indexes) -> None:
    twice = jd.replace(
        "- Schedule the loads",
        "- Build batch and streaming pipelines with Spark and Kafka\n- Too short\n- Schedule the loads",
    )
    found = encoded(twice, indexes.encoder)
    assert [s.text for s in found.sentences] == [s.text for s in encoded(jd, indexes.encoder).sentences]
    assert "Build batch and streaming pipelines with Spark and Kafka" in [s.text for s in found.sentences]


def test_vectors_are_those_of_the_sentences_and_of_the_title(jd: str, indexes: Indexes) -> None:
    found = encoded(jd, indexes.encoder)
    assert found.title == "Senior Data Engineer" and found.title_vector is not None
    assert np.array_equal(found.vectors, indexes.encoder.encode([s.text for s in found.sentences]))
    assert np.array_equal(found.title_vector, title_vectors([found.title], indexes.encoder)[0])


def test_texts_that_are_encoded_together_get_the_vectors_that_each_gets_alone(jd: str, indexes: Indexes) -> None:
    texts = [
        jd,
        "Soup with bread.",
        jd.replace("Senior Data Engineer", "Responsible person"),
        jd.replace("Kafka", "Pulsar"),
    ]
    together = encode_jds([parsed(text) for text in texts], indexes.encoder)
    for text, found in zip(texts, together, strict=True):
        alone = encoded(text, indexes.encoder)
        assert (found.sentences, found.parsed) == (alone.sentences, alone.parsed)
        assert np.array_equal(found.vectors, alone.vectors)
        assert (found.title_vector is None) == (alone.title_vector is None)
        if found.title_vector is not None and alone.title_vector is not None:
            assert np.array_equal(found.title_vector, alone.title_vector)
    assert len(together[1].sentences) == len(together[1].vectors) == 0 and together[1].title_vector is None


@pytest.mark.slow
def test_no_more_sentences_than_the_bound_are_encoded(jd: str, indexes: Indexes) -> None:
    verbs = "Design Build Run Test Monitor Document Review Deploy Improve Maintain Plan Own Automate Migrate Support".split()
    things = (
        "pipelines services reports models tables jobs dashboards interfaces queries clusters schemas alerts".split()
    )
    duties = "\n".join(
        f"- {verb} {thing} {how}" for verb in verbs for thing in things for how in ("in Python", "with Spark")
    )
    text, fields = parsed(jd.replace("Requirements:", f"{duties}\n\nRequirements:"))
    assert len(encode_jds([(text, fields)], indexes.encoder)[0].sentences) == MAX_SENTENCES


def test_the_vector_of_a_jd_is_the_unit_mean_of_its_sentences() -> None:
    vectors = np.eye(2, 4, dtype=np.float32)
    assert jd_vector(vectors) is not None
    assert np.allclose(jd_vector(vectors), [2**-0.5, 2**-0.5, 0.0, 0.0])
    assert jd_vector(vectors[:0]) is None
