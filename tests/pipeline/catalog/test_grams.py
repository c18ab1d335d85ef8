"""Texts by their grams: endings and slips change little, words that many texts have count little, groups are known by theirs."""

import numpy as np

from pipeline.catalog.grams import GramIndex, WordWeights, grams_of

TITLES = ("harbour pilot", "ferry pilot", "bridge engineer", "tunnel engineer", "road engineer", "dredging engineer")


def test_the_grams_of_a_text_are_those_of_its_words() -> None:
    assert set(grams_of("ferry pilot")) == set(grams_of("ferry")) | set(grams_of("pilot"))
    assert grams_of("") == () and grams_of("c#") == grams_of("c#  ") != ()


def test_a_text_is_nearest_to_itself_then_to_its_misspelling() -> None:
    index = GramIndex(TITLES)
    assert abs(index.similarity("harbour pilot")[0] - 1) < 1e-5
    misspelt = index.similarity("harbuor pilots")
    assert misspelt.argmax() == 0 and 0.2 < misspelt[0] < 0.9


def test_a_word_that_many_texts_have_counts_less_than_a_rare_one() -> None:
    by_both = GramIndex(TITLES).similarity("ferry engineer")
    assert by_both.argmax() == 1 and by_both[1] > by_both[2]


def test_a_group_is_likely_by_the_words_of_its_texts() -> None:
    index = GramIndex(TITLES, starts=[0, 2])
    assert index.log_likelihood("chief pilot").argmax() == 0
    assert index.log_likelihood("engineer of bridges").argmax() == 1
    assert index.log_likelihood("").shape == (2,)


def test_an_empty_collection_has_no_likeness() -> None:
    index = GramIndex([])
    assert index.similarity("pilot").shape == (0,) and index.log_likelihood("pilot").shape == (0,)


def test_the_same_texts_give_the_same_bits() -> None:
    first, second = (GramIndex(TITLES, [0, 2]) for _ in range(2))
    assert np.array_equal(first.similarity("road pilot"), second.similarity("road pilot"))


def test_words_in_common_are_weighed_without_their_endings() -> None:
    words = WordWeights(["mooring of ships", "towing of ships", "ships", "winches"])
    assert words.coverage("moor ships", "mooring of ship") > 0.6
    assert words.coverage("winch", "ships") == 0.0 and words.coverage("", "ships") == 0.0
    assert words.coverage("towing ships", "towing winches") > words.coverage("mooring ships", "towing ships")
