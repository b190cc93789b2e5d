"""How much of a kind: a sample in `make test`, the whole in `make test-full`."""

import os

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"


def sampled(sample: int, whole: int) -> int:
    return whole if FULL else sample
