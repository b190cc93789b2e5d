"""What the sources of reference data are called on screens; the API gives them as they are kept.

A source as kept begins with a key of sources.csv and goes on with a place in it ("policy, CLINICAL
G (Trigger)"). Places are for whoever keeps the data; a reader is told what kind of source it is.
"""

from collections.abc import Mapping

from outcomes.figures.base import Translate
from outcomes.rules.text import gettext_noop as _

POLICY = "policy"
SOURCES: Mapping[str, str] = {
    POLICY: _("a choice of this product, not reviewed by a clinician"),
    "common knowledge": _("common knowledge in the field, no source at hand"),
    "CES cohort": _("a cohort of 92 people with suspected cauda equina syndrome"),
    "Celecoxib label": _("label of celecoxib"),
    "Celecoxib interactions": _("label of celecoxib, interactions"),
    "Tramadol label": _("label of tramadol"),
    "Solifenacin label": _("label of solifenacin"),
    "Ibandronate label": _("label of ibandronate"),
    "MRC scale table": _("the MRC scale as published"),
    "ISNCSCI worksheet": _("the ISNCSCI worksheet"),
    "AIS table": _("the ASIA Impairment Scale as published"),
    "Holden FAC": _("the Functional Ambulation Category as published"),
    "WISCI II report": _("the WISCI II report"),
    "LUT Basic Data Set 2.0": _("the International SCI Lower Urinary Tract Function Data Set"),
    "Bowel Basic Data Set 2.0": _("the International SCI Bowel Function Data Set"),
    "StatPearls PVR": _("a review of post-void residual volume"),
    "EMSCI": _("the visit schedule of EMSCI"),
    "LOINC": "LOINC",
    "ATC": "ATC (WHO)",
    "ATC M05BX list": "ATC M05BX",
    "UCUM": "UCUM",
}


def told(source: str, t: Translate) -> str:
    """A source as kept, in a reader's words; one without words is named by its key."""
    key = source.split(", ")[0]
    return t(SOURCES[key]) if key in SOURCES else key


def references(reference: str, t: Translate) -> str:
    """What a finding stands on ("CLINICAL.md F; Tramadol label"); alone, a rule is ours."""
    sources = [one for one in reference.split("; ") if not one.startswith("CLINICAL")]
    return "; ".join(told(one, t) for one in sources or [POLICY])


def capital(source: str, t: Translate) -> str:
    words = told(source, t)
    return words[:1].upper() + words[1:]
