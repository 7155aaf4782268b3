"""By which terms an image is found, and by which words people search for it."""

import sys
import unicodedata

import pytest

from lambdas.common.records.terms import (
    MAX_CHARACTERS,
    MAX_WORDS,
    Term,
    label_key,
    rarest,
    terms,
    terms_of,
    word_key,
    words_in,
    words_of,
)
from lambdas.common.result import Label
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.results import result


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("STOP", ["stop"]),
        ("Taxi TAXI taxi", ["taxi"]),
        ("A 7 taxi, no. 42!", ["7", "taxi", "no", "42"]),  # one letter finds too much
        ("don't", ["don"]),
        ("Straße", ["strasse"]),
        ("\uff34\uff21\uff38\uff29 \uff14\uff12", ["taxi", "42"]),  # full width
        ("ﬁre", ["fire"]),
        ("①", ["1"]),
        ("cafe\u0301", ["café"]),
        ("हिन्दी", ["हिन्दी"]),  # its vowels are marks
        ("ЛИЦЕЙ", ["лицей"]),
        ("\u0301\u0301", []),  # marks of nothing
        ("東京駅", ["東", "京", "駅"]),  # no spaces: each is a word
        ("東京Tower", ["東", "京", "tower"]),
        ("ﾀｸｼｰ", ["タ", "ク", "シ", "ー"]),
        ("서울 역", ["서울"]),
        ("x" * MAX_CHARACTERS, ["x" * MAX_CHARACTERS]),
        ("x" * (MAX_CHARACTERS + 1), []),
        ("a_b--cd", ["cd"]),
        ("!? … ", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_in(text) == words


def test_a_word_that_was_found_is_found_again_whatever_the_script() -> None:
    # Else what an image is listed under could not be searched for.
    letters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))]
    for start in range(0, len(letters), 4):
        for word in words_in("".join(letters[start : start + 4])):
            assert words_in(word) == [word], f"{start:x}"
            assert len(word_key(word).encode()) < 1000


def test_an_image_has_the_first_words_of_its_text() -> None:
    lines = [f"word{number} again" for number in range(MAX_WORDS)]

    found = words_of(lines)

    assert len(found) == MAX_WORDS
    assert found[:3] == ["word0", "again", "word1"]


@pytest.mark.parametrize("name", ["Car", "car", "CAR", " car "])
def test_a_label_has_one_key_however_it_is_written(name: str) -> None:
    assert label_key(name) == "label:car"


def test_the_key_of_a_name_that_grows_is_one_that_an_index_takes() -> None:
    # One character of 18 when it is normalised.
    assert len(label_key("\ufdfa" * 100).encode()) < 1000


def test_the_terms_of_a_result() -> None:
    assert terms_of(result()) == {
        "label#Car": Term("label#Car", "label:car", 97.5),
        "label#Tree": Term("label#Tree", "label:tree", 71.0),
        "word#stop": Term("word#stop", "word:stop"),
    }


def test_a_label_that_stands_twice_has_one_term_with_the_best_confidence() -> None:
    labels = (Label("Car", 60.0), Label("Car", 90.0), Label("car", 70.0))

    assert terms_of(result(labels=labels, text=())) == {
        "label#Car": Term("label#Car", "label:car", 90.0)
    }


def test_they_are_bounded_as_the_record_is() -> None:
    found = terms_of(huge("x"))

    assert len([term for term in found.values() if term.is_label]) == 50
    assert len([term for term in found.values() if not term.is_label]) <= MAX_WORDS


def test_a_term_says_what_it_is_written_like() -> None:
    found = terms([("Race # Car", 90.0)], ["C#"])

    assert {term.name: term.key for term in found.values()} == {"Race # Car": "label:race # car"}


def test_of_several_words_the_longest_is_taken_for_the_rarest() -> None:
    assert rarest(["no", "parking", "here"]) == "parking"
    assert rarest(["to", "no"]) == rarest(["no", "to"])
