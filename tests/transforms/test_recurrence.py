"""Which fingerprints recur: held against the rule spelled out in Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from transforms.recurrence import (
    FAMILY,
    FIRM,
    GUESTS,
    KINDRED,
    LONG_WEEKS,
    OWN,
    RECURS,
    SITE_WEEKS,
    SLOTS,
    STRANGERS,
    TEXTS,
    UNKNOWN_STRANGERS,
    UNKNOWN_TEXTS,
    WEEKS,
    judge,
)


def spelled_out(texts: list[int], days: list[int], site: list[int], signs: list[list[int]]) -> int:
    weeks = [(day + 3) // 7 for day in days]
    if len({weeks[text] for text in texts}) >= WEEKS:
        return FIRM
    said = 0
    for here in {site[text] for text in texts}:
        those = [text for text in texts if site[text] == here]
        different = len({weeks[text] for text in those}) if here >= 0 else 0
        if different >= LONG_WEEKS:
            return FIRM
        come_back = different >= SITE_WEEKS
        if len(those) < (UNKNOWN_TEXTS if here < 0 else SITE_WEEKS if come_back else TEXTS):
            continue
        signatures = [Counter(signs[text][slot] for text in those) for slot in range(SLOTS)]
        if min(map(len, signatures)) >= (UNKNOWN_STRANGERS if here < 0 else GUESTS if come_back else STRANGERS):
            return FIRM
        alike = sum(count * (count - 1) for signature in signatures for count in signature.values())
        mainly = here < 0 or come_back or OWN * len(those) >= len(texts)
        if mainly and alike < (FAMILY if come_back else KINDRED) * SLOTS * len(those) * (len(those) - 1):
            said = RECURS
    return said


@pytest.mark.parametrize("seed", range(8))
def test_the_verdict_is_a_function_of_days_sites_and_signatures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 400
    days = rng.integers(-20, rng.choice([20, 60]), count)
    site = rng.integers(-1, rng.choice([1, 4, 20]), count)
    signs = rng.integers(0, rng.choice([2, 12, 2**40]), (count, SLOTS), dtype=np.uint64)
    sizes = [*rng.integers(1, 50, 150).tolist(), *rng.integers(100, count, 20).tolist()]
    # Those of a few weeks alone as well: most would come back in too many.
    held = [rng.permutation(count)[:size] for size in sizes]
    held += [texts[days[texts] < low] for texts in held for low in (-6, 8)]
    bounds = np.append(0, np.cumsum([len(texts) for texts in held]))
    verdicts = judge(bounds, np.concatenate(held), days, site, signs)
    told = [spelled_out(texts.tolist(), days.tolist(), site.tolist(), signs.tolist()) for texts in held]
    assert verdicts.tolist() == told
