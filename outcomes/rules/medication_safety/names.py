"""The codes that a drug goes by its name, and whether a code given with it is of another drug."""

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from outcomes.reference import drug_classes, drug_names, drugs


@lru_cache(maxsize=1024)
def codes_by_name(name: str) -> tuple[str, ...]:
    """The codes of every known drug that the words name ("warfarin 5 mg"); empty: none known."""
    said = [atc for known, atc in _known() if re.search(rf"\b{re.escape(known)}\b", name.lower())]
    return tuple(dict.fromkeys(said))


def codes_of(name: str) -> tuple[str, ...]:
    """The codes of the one known drug of exactly this name; empty where it is none."""
    return tuple(atc for known, atc in _known() if known == name.strip().lower())


@cache
def _known() -> tuple[tuple[str, str], ...]:
    return (*((drug.inn.lower(), drug.atc) for drug in drugs().values()),
            *((one.name, one.atc) for one in drug_names()))  # fmt: skip


def unclear(name: str, atc: str) -> bool:
    """Whether neither name nor code says which drug it is, so that its rules cannot be asked.

    Words beside the name of a drug that has rules may make it another product of it.
    """
    if len(atc) == LEVEL_5 or codes_of(name):
        return False
    codes = codes_by_name(name)
    return not codes or any(drug.atc in codes for drug in drugs().values())


@lru_cache(maxsize=1024)
def alike(name: str) -> tuple[str, ...]:
    """Known names that may have been meant, the nearest first; only ever to be asked about."""
    said, known = name.strip().lower(), dict.fromkeys(one for one, _atc in _known())
    within = [one for one in known if re.search(rf"\b{re.escape(one)}\b", said)]
    near = [one for word in (said, *said.split())
            for one in get_close_matches(word, known, n=2, cutoff=NEAR)]  # fmt: skip
    return tuple(dict.fromkeys([*within, *near]))[:2]


def contradicts(name: str, atc: str) -> bool:
    """Whether the code is none of those of a drug that the name is known to name.

    The beginning of a code is its group. Words beside the name may name a product that combines
    drugs: its code is its own, within the therapeutic group of one of them.
    """
    codes = (*codes_by_name(name), *_products(name))
    if not codes or not atc or any(code.startswith(atc) for code in codes):
        return False
    return bool(codes_of(name)) or not any(code[:GROUP] == atc[:GROUP] for code in codes)


def _products(name: str) -> tuple[str, ...]:
    """The codes of the products that contain a drug of drugs.csv that is named."""
    named = {drug.inn for drug in drugs().values() if drug.atc in codes_by_name(name)}
    return tuple(one.atc for one in drug_classes() if one.name in named)


GROUP = 3
"""The length of an ATC code of a therapeutic subgroup, such as C09."""
LEVEL_5 = 7
"""The length of an ATC code of a substance."""
NEAR = 0.8
"""How alike a misspelling is, from 0 to 1 (difflib) [POLICY]."""
