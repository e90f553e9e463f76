"""Arrays that take memory as they are written: what was written stays, whatever is given back behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from transforms import memory
from transforms.memory import LARGE, bare, cut_off, fetch


@pytest.mark.parametrize("size", [0, 1, 1000, LARGE // 8 - 1, LARGE // 8, 2 * LARGE // 8 + 5])
@pytest.mark.parametrize("fetched", [0, 0.5, 2])
def test_what_is_left_of_an_array_is_what_was_written(size: int, fetched: float) -> None:
    array = bare(size, np.uint64)
    assert array.shape == (size,) and array.dtype == np.uint64
    fetch(array, 0, int(size * fetched))
    array[:] = np.arange(size)
    fetch(array, 0, size)
    for length in (size, size - size // 3, size // 2, 0):
        cut_off(array, length)
        assert np.array_equal(array, np.arange(length))


def test_rows_of_two() -> None:
    pairs = bare((LARGE, 2), np.int32)
    pairs[:] = [3, 4]
    cut_off(pairs, 5)
    assert pairs.tolist() == [[3, 4]] * 5


@pytest.mark.parametrize("call", [None, lambda *_: -1])
def test_a_system_that_does_not_know_of_pages_is_no_error(monkeypatch: pytest.MonkeyPatch, call: Any) -> None:
    monkeypatch.setattr(memory, "_madvise", lambda: call)
    array = bare(LARGE, np.uint8)
    fetch(array, 0, LARGE)
    array[:] = 7
    assert array.all()
