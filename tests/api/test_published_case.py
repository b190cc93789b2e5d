"""BAEK-2021 as the API tells it: every reported fact, and no other.

Typed by hand from the case report (Baek et al., BMC Musculoskelet Disord 2021), not taken from the
product's own file. What the report does not give is absent here, and must be absent there.
"""

import pytest

from tests.api.client import Api, path

ADDED = {"id", "patient", "version", "entered_in_error", "reporter", "recorded_at", "recorded_by",
         "warnings", "canonical_value", "canonical_unit", "comparator", "site"}  # fmt: skip

ABOUT_8_WEEKS = {
    "status": "approximate", "anchor": "index_decompression", "day": -56, "lower": -63,
    "upper": -49, "verbatim": "about eight weeks",
}  # fmt: skip
DAY_0 = {"status": "known", "anchor": "index_decompression", "day": 0}
NO_TIME = {"status": "not_reported"}
PRE_OP, POST_OP, AT_DISCHARGE = (
    {"status": "not_reported", "phase": phase} for phase in ("pre_op", "post_op", "discharge")
)

PERSON = {
    "study_number": "BAEK-2021",
    "age_at_index": 84,
    "sex": "female",
    "origin": "published",
    "status": "active",
    "literature_id": "C8",
    "fracture_level": "L1",
    "etiology": "osteoporotic_fracture",
}

# notes and findings are prose: what they must speak of stands in PROSE
FACTS = {
    "procedures": [
        {
            "kind": "cement",
            "technique": "vertebroplasty",
            "timing": ABOUT_8_WEEKS,
            "level_from": "L1",
            "level_to": "L1",
            "elsewhere": True,
        },
        {
            "kind": "decompression",
            "technique": "laminectomy",
            "intended": "decompress_leaked_cement",
            "timing": DAY_0,
            "level_from": "T12",
            "level_to": "L2",
            "laminectomy": "yes",
            "laminectomy_from": "T12",
            "laminectomy_to": "L2",
            "durotomy": "yes",
            "dural_closure": "yes",
            "fixation": "yes",
            "fixation_from": "T10",
            "fixation_to": "L3",
            "cement_removal": "complete",
            "adhesion": "severe",
            "cement_side": "left",
            "cement_aspect": "ventral",
        },
    ],
    "milestones": [
        {
            "event": "first_deficit",
            "timing": {"status": "known", "anchor": "cement", "day": 0,
                       "verbatim": "Immediately after the procedure"},
        },
        {
            "event": "presentation",
            "timing": {"status": "approximate", "anchor": "cement", "day": 21,
                       "verbatim": "three weeks later after VP"},
        },
        {
            "event": "discharge",
            "timing": {"status": "descriptive_only", "phase": "discharge",
                       "verbatim": "discharged after 8 weeks"},
        },
    ],
    "background": [
        {
            "hypertension": "yes",
            "asthma": "yes",
            "cancer": "cured",
            "cancer_site": "breast",
            "walking_before": "with_aid",
            "walking_aid_before": "cane",
            "neurology_before": "no_deficit",
        }
    ],
    "bone-density": [
        {"region": "lumbar_total", "t_score": -3.1, "timing": NO_TIME},
        {"region": "femur_neck", "t_score": -2.0, "timing": NO_TIME},
    ],
    "imaging": [
        {"modality": "radiograph", "timing": PRE_OP, "level_from": "L1", "level_to": "L1"},
        {"modality": "ct", "timing": PRE_OP, "compartment": "intradural", "level_from": "T10",
         "level_to": "L2"},
        {"modality": "mri", "timing": PRE_OP, "compartment": "intradural",
         "cord_compression": "yes",
         "cord_displacement": "to the right side; right-posterior in the figure"},
        {"modality": "radiograph", "timing": DAY_0 | {"day": 1, "phase": "post_op"},
         "residual_cement": "no"},
    ],
    "visits": [
        {
            "kind": "pre_op",
            "timing": {"status": "approximate", "anchor": "index_decompression", "day": -35,
                       "lower": -42, "upper": -28, "phase": "pre_op",
                       "verbatim": "three weeks later after VP"},
            "motor": {"basis": "unspecified", "right": {"grade": "2"}, "left": {"grade": "4"}},
            "sensation": {"left": "reduced"},
            "walking": {"walks_alone": False, "description": "Could not ambulate."},
            "pain": {"back_present": True,
                     "description": "Persistent back pain after conservative treatment."},
        },
        {
            "kind": "unscheduled",
            "timing": POST_OP,
            "bladder": {
                "dysfunction": "yes",
                "dysfunction_type": "unknown",
                "description": "Known only from the indication of solifenacin: neurogenic bladder.",
            },
        },
        {
            "kind": "12mo",
            "timing": {"status": "approximate", "anchor": "index_decompression", "day": 365,
                       "phase": "follow_up",
                       "verbatim": "rehabilitation for one year after the surgery"},
            "motor": {"basis": "unspecified", "right": {"grade": "3"}, "left": {"grade": "4"}},
            "walking": {"walks_alone": False, "description": "Unable to walk alone."},
        },
    ],
    "labs": [
        {"analyte": analyte, "value": value, "unit": unit, "interpretation": flag,
         "range": {"low": low, "high": high}, "timing": timing} | words
        for (analyte, unit, low, high), per_phase in {
            ("esr", "mm/hr", "0", "20"): [("27", "H", {}),
                                          ("63", "H", {"verbatim": "elevated up to 63 mm/hr"})],
            ("crp", "mg/L", "0.1", "5.0"): [
                ("1.84", "N", {}), ("49.67", "H", {"verbatim": "elevated up to 49.67 mg/L"})],
            ("hb", "g/dL", "12.0", "16.0"): [("11.0", "L", {}),
                                             ("9.4", "L", {"verbatim": "Anemia"})],
            ("alt", "IU/L", "5", "40"): [("43", "H", {}),
                                         ("225", "H", {"verbatim": "elevated ALT"})],
        }.items()
        for timing, (value, flag, words) in zip((PRE_OP, POST_OP), per_phase, strict=True)
    ] + [
        {"analyte": analyte, "interpretation": "N", "verbatim": "within normal limits",
         "range": {"low": low, "high": high}, "timing": AT_DISCHARGE}
        for analyte, low, high in (("esr", "0", "20"), ("crp", "0.1", "5.0"),
                                   ("hb", "12.0", "16.0"), ("alt", "5", "40"))
    ],
    "medications": [
        {"drug": "celecoxib", "atc": "M01AH01", "indication": "pain control", "doses": []},
        {"drug": "tramadol", "atc": "N02AX02", "indication": "pain control", "doses": []},
        {"drug": "solifenacin", "atc": "G04BD08", "indication": "neurogenic bladder", "doses": []},
        {
            "drug": "ibandronic acid",
            "atc": "M05BA06",
            "indication": "osteoporosis",
            "doses": [
                {"timing": {"status": "approximate", "anchor": "index_decompression", "day": 182,
                            "phase": "follow_up", "verbatim": "postoperatively at 6 months"}}
            ],
        },
    ],
    "consents": [
        {"purpose": "publication", "decision": "given", "given_by": "patient", "timing": NO_TIME}
    ],
    "complications": [],
    "transfers": [],
    "contact-attempts": [],
    "losses": [],
}  # fmt: skip

PROSE = {"note", "findings"}
# what notes and findings speak of, word by word, and nothing with a digit that is not the report's
SPOKEN_OF = [
    "polymethylmethacrylate", "local hospital", "weakness", "numbness", "pain in both legs",
    "aggravated", "conservative treatment", "paraplegia below l2 level", "high-speed burr",
    "kerrison", "pituitary rongeur", "piece by piece", "irrigation", "tight closure",
    "two cross-links", "rods", "improved immediately", "hypointense on t1- and t2-weighted",
    "intradural mass", "cement filling", "extravasation", "spinal canal", "left pedicle",
    "posterior wall", "minimally improved", "without additional cord injury", "to the right",
]  # fmt: skip
# 49 and 63 days are the product's own bounds, day 365 its own reading, and the notes say so
NUMBERS = {"L1", "L2", "L3", "T10", "T1", "T2", "49", "63", "365"}


def stripped(value):
    """Without what the server adds, what is null, and prose."""
    if isinstance(value, dict):
        return {
            k: stripped(v) for k, v in value.items()
            if k not in ADDED | PROSE and v is not None
        }  # fmt: skip
    return [stripped(one) for one in value] if isinstance(value, list) else value


def key(document):
    return sorted(str(document).split())


@pytest.fixture
def baek(cast):
    return cast.baek


@pytest.fixture
def reader(cast):
    return Api(cast.physician_a)


def test_the_person(reader, baek):
    row = reader.get(path(baek)).json
    assert stripped(row) == PERSON
    assert row["site"] == "seoul"


@pytest.mark.parametrize("where", FACTS)
def test_every_reported_fact_and_no_other(reader, baek, where):
    rows = reader.rows(path(baek, where))
    assert {row.pop("origin") for row in rows} <= {"published"}
    told, expected = [stripped(row) for row in rows], FACTS[where]
    assert sorted(told, key=key) == sorted(expected, key=key)
    for row in rows:
        assert (row["reporter"], row["version"], row["warnings"]) == ("import", 1, [])
        assert row.get("date") is None, "the report gives no date"
        address = f"visits/{row['id']}/" if where == "visits" else path(baek, where, row["id"])
        assert reader.get(address).json == row | {"origin": "published"}


def test_no_endpoint_of_a_patient_is_left_out(reader, baek):
    from outcomes.kinds import KINDS

    assert set(FACTS) == {kind.path for kind in KINDS}


def test_the_prose_says_what_the_report_says(reader, baek):
    rows = [row for where in FACTS for row in reader.rows(path(baek, where))]
    rows += [dose for row in rows for dose in row.get("doses", [])]
    prose = " ".join(row[name] for row in rows for name in PROSE if row.get(name))
    for phrase in SPOKEN_OF:
        assert phrase in prose.lower(), phrase
    words = prose.replace("-", " ").replace("(", " ").replace(")", " ").split()
    digits = {word.strip('.,;:"') for word in words if any(c.isdigit() for c in word)}
    assert digits <= NUMBERS, "no number that the report does not give"


def test_values_without_a_number_stay_null_in_every_form(reader, baek):
    labs = reader.rows(path(baek, "labs"))
    discharge = [row for row in labs if row["timing"]["phase"] == "discharge"]
    for row in discharge:
        for name in ("value", "unit", "canonical_value", "canonical_unit", "comparator"):
            assert row[name] is None, name
    for row in reader.rows(path(baek, "medications")):
        for name in ("dose", "dose_unit", "times_per_day", "daily_max", "start", "stop", "route",
                     "frequency", "timing", "stop_reason"):  # fmt: skip
            assert row[name] is None, name


def test_the_timeline_places_only_what_has_a_day(reader, baek):
    rows = reader.rows(path(baek, "timeline"))
    days = {}
    for row in rows:
        span = tuple(row["day"][name] for name in ("best", "lower", "upper"))
        days.setdefault(row["kind"], []).append(span)
        assert row["when"]["date"] is None
    assert days["procedure"] == [(-56, -63, -49), (0, 0, 0)]
    assert days["visit"] == [(-35, -42, -28), (365, None, None), (None, None, None)]
    assert days["dose"] == [(182, None, None)]
    assert set(days["lab"]) == set(days["medication"]) == {(None, None, None)}
    assert len(days["lab"]) == 12
    assert len(rows) == 2 + 3 + 3 + 12 + 4 + 1 + 4 + 2


def test_it_is_in_no_registry_count(reader, baek):
    assert "BAEK-2021" not in {
        row["study_number"] for row in reader.rows("patients/?origin=registry")
    }


def test_entering_it_again_changes_nothing(cast, baek, reader):
    from outcomes import published
    from patients.models import DocumentVersion
    from tests.support.cast import now

    before = DocumentVersion.objects.count()
    published.enter("BAEK-2021", site=cast.seoul, asked=now(cast.physician_a))
    assert DocumentVersion.objects.count() == before
