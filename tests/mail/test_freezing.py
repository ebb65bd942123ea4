"""Keys: made once for a batch, never of the wrong mapping, and never beyond their batch."""

from typing import Any

import pytest

from registrar.mail.freezing import CannotFreeze, Key, Keys


def test_equal_values_have_equal_keys_in_every_batch() -> None:
    keys = Keys()

    assert (keys.of({"title": "A", "n": [1, 2]}), hash(keys.of({"n": 1}))) == (
        Keys().of({"title": "A", "n": [1, 2]}),
        hash(Keys().of({"n": 1})),
    )


def test_other_values_have_other_keys() -> None:
    keys = Keys()
    said: list[dict[str, Any]] = [{"n": 1}, {"n": True}, {"n": "1"}, {"m": 1}, {}]

    assert len({keys.of(values) for values in said}) == len(said)


def test_a_mapping_that_came_and_went_leaves_its_key_to_no_other() -> None:
    """Python gives the place of what is gone to what comes next, so that the two have the same identity."""
    keys = Keys()

    found = [keys.of({"n": number}) for number in range(50)]

    assert len(set(found)) == 50


def test_a_change_after_the_batch_is_seen() -> None:
    values = {"title": "A"}
    before = Keys().of(values)
    values["title"] = "B"

    assert Keys().of(values) != before


def test_what_may_change_by_itself_has_no_key() -> None:
    keys = Keys()
    for _ in range(2):
        with pytest.raises(CannotFreeze):
            keys.of({"row": object()})


def test_a_key_is_equal_to_no_other_thing() -> None:
    assert Key("a") != "a"
