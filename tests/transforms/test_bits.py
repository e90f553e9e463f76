"""Sets of places as bits do what sets do."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.bits import ALL, BITS, ZERO, count_in, following, head, lowest, part, population, put, take

ROOM = 200  # places: more than three rows, the last of them not full
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.integers(0, ROOM), st.integers(0, ROOM)), max_size=8)


@settings(deadline=None)  # the first one compiles
@given(st.integers(1, 2**64 - 1))
@example(1)
@example(2**64 - 1)
@example(2**63)
def test_bits_are_counted_and_the_lowest_is_found(number: int) -> None:
    bits = np.uint64(number)
    assert population(bits) == number.bit_count()
    assert lowest(bits) == (number & -number).bit_length() - 1


@pytest.mark.parametrize("count", [1, 2, BITS - 1, BITS, BITS + 1, 1000])
def test_a_head_has_so_many_bits(count: int) -> None:
    assert int(head(count)) == (1 << min(count, BITS)) - 1


@settings(deadline=None)  # the first one compiles
@given(STEPS, st.integers(0, ROOM), st.integers(0, ROOM))
@example([(True, 0, 0, ROOM), (False, 0, BITS, 2 * BITS)], 1, ROOM)
def test_planes_are_sets_side_by_side(steps: list[tuple[bool, int, int, int]], begin: int, end: int) -> None:
    planes = np.zeros((ROOM // BITS + 2, 2), dtype=np.uint64)
    sets: list[set[int]] = [set(), set()]
    for comes, which, low, high in steps:
        if comes:
            put(planes, which, low, high)
            sets[which] |= set(range(low, high))
        else:
            take(planes, which, low, high)
            sets[which] -= set(range(low, high))
    for which, places in enumerate(sets):
        assert count_in(planes, which, 0, ROOM) == len(places)
        assert count_in(planes, which, begin, end) == len(places & set(range(begin, end)))
        assert following(planes, which, begin, end, ZERO) == min(places & set(range(begin, end)), default=end)
        free = set(range(begin, end)) - places
        assert following(planes, which, begin, end, ALL) == min(free, default=end)
        assert int(part(planes, which, begin)) == sum(1 << p - begin for p in places if begin <= p < begin + BITS)
