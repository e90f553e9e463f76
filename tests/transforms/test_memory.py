"""Arrays that take memory as they are written: what was written stays, whatever is given back behind it."""

from __future__ import annotations

import numpy as np
import pytest

from transforms import memory
from transforms.memory import LARGE, bare, cut_off


@pytest.mark.parametrize("size", [0, 1, 1000, LARGE // 8 - 1, LARGE // 8, 2 * LARGE // 8 + 5])
def test_what_is_left_of_an_array_is_what_was_written(size: int) -> None:
    array = bare(size, np.uint64)
    assert array.shape == (size,) and array.dtype == np.uint64
    array[:] = np.arange(size)
    for length in (size, size - size // 3, size // 2, 0):
        array = cut_off(array, length)
        assert np.array_equal(array, np.arange(length))


def test_memory_behind_goes_back() -> None:
    array = bare(LARGE, np.uint8)
    array[:] = 7
    assert cut_off(array, 10).tolist() == [7] * 10
    # What was given back comes again as zeros; where there are no such arrays nothing is given back.
    assert not array[1 << 16 :].any() or array.base is None


def test_rows_of_two() -> None:
    pairs = bare(LARGE, np.int32).reshape(-1, 2)
    pairs[:] = [3, 4]
    assert cut_off(pairs, 5).tolist() == [[3, 4]] * 5


def test_a_kernel_that_does_not_know_of_large_pages_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.mmap, "MADV_NOHUGEPAGE", 1 << 20, raising=False)
    array = bare(LARGE, np.uint8)
    array[:] = 7
    assert array.all()
