"""The codes that a drug goes by its name, and whether a code given with it is of another drug."""

import re
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
