"""Complete examples of every kind of document, shown in the schema.

Together the examples of a kind use every field of its shape. They tell the course of one made-up
patient, so they can be sent in this order.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample

Document = dict[str, Any]


def _id(number: int) -> str:
    return f"5f0c1d2e-0000-4000-8000-{number:012d}"


CEMENT, DECOMPRESSION, REVISION, COURSE = _id(101), _id(102), _id(103), _id(301)

PATIENTS: dict[str, Document] = {
    "with a date of birth": {
        "id": _id(1),
        "study_number": "EX-001",
        "record_number": "12345678",
        "name": "Example Patient",
        "birth_date": "1948-06-02",
        "sex": "female",
        "language": "ko",
        "origin": "synthetic",
        "status": "active",
        "fracture_level": "L1",
        "etiology": "osteoporotic_fracture",
    },
    "with a year of birth, died": {
        "id": _id(2),
        "study_number": "EX-002",
        "birth_year": 1941,
        "sex": "male",
        "origin": "synthetic",
        "status": "died",
        "died_on": "2026-05-30",
    },
    "from a publication": {
        "id": _id(3),
        "study_number": "EX-003",
        "age_at_index": 84,
        "sex": "female",
        "origin": "published",
        "literature_id": "C8",
    },
}

PROCEDURES: dict[str, Document] = {
    "cement procedure, dated": {
        "id": CEMENT,
        "kind": "cement",
        "technique": "vertebroplasty",
        "date": "2026-02-28",
        "time": "22:10",
        "level_from": "L1",
        "level_to": "L1",
        "elsewhere": True,
        "note": "Percutaneous, both pedicles.",
    },
    "index decompression, every step": {
        "id": DECOMPRESSION,
        "kind": "decompression",
        "technique": "laminectomy",
        "is_index": True,
        "index_reason": "The first operation meant to remove the leaked cement.",
        "intended": "decompress_leaked_cement",
        "date": "2026-03-01",
        "time": "09:30",
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
        "surgeon": "surgeon",
    },
    "revision between two dates": {
        "id": REVISION,
        "kind": "revision",
        "technique": "other",
        "date": None,
        "date_lower": "2026-03-08",
        "date_upper": "2026-03-12",
    },
    "an operation told by days": {
        "id": _id(104),
        "kind": "revision",
        "timing": {
            "status": "approximate",
            "anchor": "index_decompression",
            "day": 60,
            "lower": 56,
            "upper": 63,
            "phase": "follow_up",
            "verbatim": "about two months later",
        },
    },
}

_GRADED = {"L2": 2, "L3": 3, "L4": 3, "L5": 4, "S1": 4}
_UNTESTABLE = {level: {"not_testable": "pain"} for level in _GRADED}

VISITS: dict[str, Document] = {
    "every part examined": {
        "id": _id(201),
        "date": "2026-04-12",
        "time": "10:40",
        "kind": "6wk",
        "mode": "in_person",
        "examiner": "Dr Example",
        "motor": {
            "basis": "weakest_key_muscle",
            "right": {"grade": "2", "muscles": _GRADED},
            "left": {"grade": "4-", "muscles": dict.fromkeys(_GRADED, 4)},
        },
        "sensation": {"right": "normal", "left": "reduced", "saddle": "normal"},
        "bladder": {
            "dysfunction": "yes",
            "dysfunction_type": "retention",
            "method": "intermittent_self",
            "method_supplementary": "normal_voiding",
            "awareness": "yes",
            "incontinence": "weekly",
            "pvr_ml": 180,
            "pvr_method": "scan",
            "pvr_minutes_after_void": 10,
            "catheter_volume_max_ml": 420,
            "catheter_volumes_over_500_ml": 0,
            "voluntary_emptyings_per_day": 4,
            "trial_without_catheter": "passed",
            "reliably_catheterised": "yes",
            "retention_plan": "Intermittent catheterisation, review at three months.",
            "urinary_infection": "no",
            "collecting_appliance": "pad",
            "unrelated_impairment": "no",
            "description": "Fewer leaks than at discharge.",
        },
        "bowel": {
            "incontinence": "no",
            "constipation": "yes",
            "ileus": "no",
            "frequency": "weekly",
            "anal_tone": "preserved",
            "voluntary_contraction": "yes",
            "deep_anal_pressure": "yes",
            "description": "Stool softener daily.",
        },
        "walking": {
            "walks_alone": False,
            "fac": 2,
            "aid": "walker",
            "braces": True,
            "wisci": 8,
            "description": "Ten metres with one person.",
        },
        "pain": {
            "back": 3,
            "right_leg": 5,
            "left_leg": 0,
            "period": "average_24h",
            "neuropathic": True,
            "back_present": True,
            "right_leg_present": True,
            "left_leg_present": False,
            "description": "Burning below the right knee.",
        },
        "spasticity": {"present": False},
        "vitals": {
            "temperature_c": 36.6,
            "systolic_lying": 128,
            "diastolic_lying": 74,
            "systolic_standing": 116,
            "diastolic_standing": 70,
            "heart_rate": 72,
            "respiratory_rate": 14,
            "spo2": 97,
            "weight_kg": 52.5,
            "height_cm": 154,
        },
        "wound": {
            "drainage": False,
            "clear_leak": False,
            "redness": False,
            "dehiscence": False,
            "postural_headache": False,
            "meningism": False,
            "pseudomeningocele": False,
        },
        "function": {
            "caregiver": "some_hours",
            "transfers": "one_person",
            "sexual_function": "prefers_not_to_say",
        },
        "safety": {
            "fall_with_injury": False,
            "sudden_pain": False,
            "deformity": False,
            "calf_swelling": False,
            "chest_pain": False,
            "breathlessness": False,
            "sedation": False,
            "delirium": False,
            "low_mood": True,
            "self_harm_thoughts": False,
            "pressure_injury_site": "sacrum",
            "pressure_injury_stage": 1,
        },
        "ais": {"grade": "D", "lesion": "cauda_equina"},
        "discuss_first": False,
        "note": "Works hard in therapy.",
    },
    "examined the day after and found unchanged": {
        "id": _id(205),
        "date": "2026-04-13",
        "kind": "unscheduled",
        "mode": "in_person",
        "motor": {"unchanged": True},
        "sensation": {"unchanged": True, "saddle": "normal"},
        "bladder": {"unchanged": True, "pvr_not_done": "declined"},
        "bowel": {"unchanged": True, "anal_tone": "not_tested"},
        "walking": {"unchanged": True},
        "pain": {"unchanged": True},
        "spasticity": {"unchanged": True},
        "wound": {"unchanged": True},
        "function": {"unchanged": True},
    },
    "parts not done, each with its reason": {
        "id": _id(202),
        "date": "2026-06-02",
        "kind": "3mo",
        "mode": "remote",
        "motor": {"not_done": "remote_visit"},
        "sensation": {"not_done": "remote_visit"},
        "bladder": {"not_done": "communication"},
        "bowel": {"not_done": "declined"},
        "walking": {"not_done": "not_indicated"},
        "pain": {"not_done": "too_unwell"},
        "spasticity": {"not_done": "remote_visit"},
        "vitals": {"not_done": "no_equipment"},
        "wound": {"not_done": "no_time"},
        "function": {"not_done": "other"},
        "safety": {"not_done": "no_time"},
        "ais": {"not_done": "remote_visit"},
    },
    "muscles not testable, between two dates": {
        "id": _id(203),
        "kind": "post_op",
        "date": None,
        "date_lower": "2026-03-02",
        "date_upper": "2026-03-04",
        "motor": {
            "basis": "gestalt",
            "right": {"grade": "2", "muscles": _UNTESTABLE},
            "left": {"muscles": _UNTESTABLE},
        },
    },
    "legs not testable, told by days": {
        "id": _id(204),
        "kind": "unscheduled",
        "timing": {
            "status": "approximate",
            "anchor": "index_decompression",
            "day": 100,
            "lower": 90,
            "upper": 110,
            "phase": "follow_up",
            "verbatim": "after about three months",
        },
        "motor": {
            "right": {"not_testable": "cast_or_brace"},
            "left": {"not_testable": "contracture"},
        },
    },
}

LABS: dict[str, Document] = {
    "a number": {
        "id": _id(251),
        "analyte": "crp",
        "value": "1.840",
        "unit": "mg/L",
        "interpretation": "N",
        "range": {"low": "0.1", "high": "5.0", "text": "adults"},
        "specimen_at": "2026-03-02T07:10",
        "laboratory": "Central laboratory",
        "discuss_first": False,
    },
    "words without a number, without a day": {
        "id": _id(252),
        "analyte": "esr",
        "value": None,
        "interpretation": "N",
        "verbatim": "within normal limits",
        "timing": {
            "status": "approximate",
            "anchor": "index_decompression",
            "day": 56,
            "lower": 49,
            "upper": 63,
            "phase": "discharge",
            "verbatim": "at discharge, about eight weeks",
        },
    },
}

DOSES: dict[str, Document] = {
    "an injection": {
        "id": _id(302),
        "date": "2026-06-01",
        "time": "09:15",
        "dose": 3,
        "dose_unit": "mg",
        "route": "intravenous",
        "note": "Calcium checked the day before.",
    },
    "between two dates": {
        "id": _id(303),
        "date": None,
        "date_lower": "2026-08-25",
        "date_upper": "2026-09-05",
    },
    "told by days": {
        "id": _id(304),
        "timing": {
            "status": "approximate",
            "anchor": "index_decompression",
            "day": 182,
            "lower": 170,
            "upper": 195,
            "phase": "follow_up",
            "verbatim": "at 6 months",
        },
    },
}

MEDICATIONS: dict[str, Document] = {
    "a course with its injections": {
        "id": COURSE,
        "drug": "ibandronic acid",
        "atc": "M05BA06",
        "dose": 3,
        "dose_unit": "mg",
        "route": "intravenous",
        "frequency": "every three months",
        "indication": "osteoporosis",
        "start": "2026-05-01",
        "doses": [{"id": _id(305), "date": "2026-05-01", "dose": 3, "dose_unit": "mg"}],
    },
    "as needed, stopped": {
        "id": _id(311),
        "drug": "tramadol",
        "atc": "N02AX02",
        "dose": 50,
        "dose_unit": "mg",
        "times_per_day": 3,
        "daily_max": 200,
        "as_needed": True,
        "extended_release": False,
        "route": "oral",
        "start": "2026-03-02",
        "stop": "2026-03-20",
        "stop_reason": "side_effect",
        "note": "Nausea.",
    },
    "known only by name": {
        "id": _id(312),
        "drug": "celecoxib",
        "dose": None,
        "timing": {
            "status": "approximate",
            "anchor": "index_decompression",
            "day": 2,
            "lower": 1,
            "upper": 3,
            "phase": "post_op",
            "verbatim": "soon after surgery",
        },
    },
}


def _timed(number: int, **facts: Any) -> dict[str, Document]:
    """A document with a date and time, one between two dates, and one told by days."""
    return {
        "dated": {"id": _id(number), "date": "2026-03-10", "time": "11:00", **facts},
        "between two dates": {
            "id": _id(number + 1),
            "date": None,
            "date_lower": "2026-03-09",
            "date_upper": "2026-03-12",
            **facts,
        },
        "told by days": {
            "id": _id(number + 2),
            "timing": {
                "status": "approximate",
                "anchor": "index_decompression",
                "day": 9,
                "lower": 8,
                "upper": 11,
                "phase": "post_op",
                "verbatim": "in the second week",
            },
            **facts,
        },
    }


BACKGROUND: dict[str, Document] = {
    "every answer": {
        "id": _id(401),
        "hypertension": "yes",
        "asthma": "yes",
        "aspirin_sensitivity": "no",
        "sulfonamide_allergy": "unknown",
        "cancer": "cured",
        "cancer_site": "breast",
        "ischaemic_heart_disease": "no",
        "peripheral_arterial_disease": "no",
        "cerebrovascular_disease": "no",
        "heart_failure_nyha": "none",
        "coronary_bypass_recent": "no",
        "peptic_ulcer_or_gi_bleeding": "no",
        "diabetes": "yes",
        "epilepsy": "no",
        "liver_disease_child_pugh": "none",
        "haemodialysis": "no",
        "cyp2c9_poor_metaboliser": "unknown",
        "glaucoma": "open_angle",
        "myasthenia_gravis": "no",
        "gastric_retention": "no",
        "long_qt": "no",
        "can_sit_upright_60_min": "yes",
        "oesophageal_disease": "no",
        "other_conditions": "Knee replacement on the right.",
        "other_allergies": "Penicillin: rash.",
        "walking_before": "with_aid",
        "walking_aid_before": "cane",
        "neurology_before": "no_deficit",
        "recorded_as_of": "2026-02-27",
        "note": "From the referral letter.",
    }
}

ACKNOWLEDGEMENTS: dict[str, Document] = {
    "seen and re-examined": {"note": "Re-examined at 14:20: right leg 3 again. MRI asked for."},
}

BY_PATH: dict[str, dict[str, Document]] = {
    "procedures": PROCEDURES,
    "visits": VISITS,
    "labs": LABS,
    "medications": MEDICATIONS,
    "complications": _timed(
        411,
        procedure=DECOMPRESSION,
        kind="csf_leak",
        reoperation=REVISION,
        note="Clear fluid at the wound.",
    ),
    "imaging": _timed(
        421,
        modality="ct",
        compartment="intradural",
        level_from="T10",
        level_to="L2",
        cement_side="left",
        cord_compression="yes",
        cord_displacement="to the right side",
        residual_cement="no",
        discuss_first=False,
        findings="Cement along the path of the needle.",
    ),
    "bone-density": _timed(431, region="femur_neck", t_score=-2.0, note="Left hip."),
    "background": BACKGROUND,
    "milestones": _timed(441, event="discharge", note="To the rehabilitation ward."),
    "consents": _timed(
        451,
        purpose="research",
        decision="given",
        form_version="2026-01",
        given_by="patient",
        note="Signed on paper.",
    ),
    "transfers": _timed(461, to_site="City Hospital", reason="Moved house."),
    "contact-attempts": _timed(471, means="telephone", reached=False, note="No answer."),
    "losses": _timed(481, reason="unreachable", note="Three attempts."),
}


QUERIES: dict[str, Document] = {
    "about the patient as a whole": {
        "id": _id(491),
        "text": "Was there a visit at another hospital in May?",
    },
    "about a field of a record": {
        "id": _id(492),
        "text": "Was this measured in kilograms?",
        "kind": "visits",
        "record": _id(201),
        "part": "vitals.weight_kg",
    },
}
ANSWERS: dict[str, Document] = {
    "the value is right": {"note": "Examined twice: the right leg is the weaker one now."}
}
CARE_TEAM: dict[str, Document] = {"a surgeon of the site": {"username": "surgeon"}}


def _entry(number: int, kind: str, **facts: Any) -> Document:
    """An entry as a phone sends it, a minute after it happened."""
    return {
        "id": _id(number),
        "kind": kind,
        "device_time": "2026-05-20T14:05:00+09:00",
        "device_sent_at": "2026-05-20T14:06:00+09:00",
        **facts,
    }


# not in BY_PATH: reported from phones
DIARY: dict[str, Document] = {
    "passing urine, measured": _entry(601, "void", volume_ml=250, urgency=2),
    "a leak": _entry(602, "leak", leak_amount="some", words="On the way to the toilet."),
    "emptied by catheter": _entry(603, "catheter", volume_ml=420),
    "pain": _entry(604, "pain", pain_back=4, pain_right_leg=2, pain_left_leg=0),
    "walking": _entry(605, "walking", walked="with_person"),
    "pills of a course, taken": _entry(606, "pills", pills="taken", course=COURSE),
    "pills by name, skipped": _entry(
        607, "pills", pills="skipped", pills_skipped_why="side_effect", drug="tramadol"
    ),
    "a fall": _entry(608, "fall", fall_injured=True, fall_new_pain=False),
    "mood": _entry(609, "mood", mood="so_so"),
    "in own words": _entry(610, "note", words="A good day."),
    "a warning sign": _entry(611, "red_flag", sign="fever"),
    "from paper, entered by the clinic": _entry(612, "void", day_only=True, on_behalf="patient"),
}


def shown(documents: dict[str, Document]) -> list[OpenApiExample]:
    return [
        OpenApiExample(name, value=document, request_only=True)
        for name, document in documents.items()
    ]


MEDICATION_SAFETY: Document = {
    "label": "Decision support, not diagnosis",
    "origin": "registry",
    "creatinine_clearance": {
        "lower": 29.75,
        "upper": 29.75,
        "missing": [],
        "used": [
            {"name": "age", "value": "84", "on": None},
            {"name": "weight", "value": "45 kg", "on": "2026-05-20"},
            {"name": "creatinine", "value": "1 mg/dL", "on": "2026-06-01"},
        ],
    },
    "next_doses": [],
    "findings": [
        {
            "drug": "tramadol",
            "rule": "tramadol-max-crcl",
            "kind": "max_daily_dose",
            "answer": "yes",
            "reason": "300 mg/d is above the limit of 200 mg/d.",
            "missing": [],
            "not_needed": [],
            "courses": [COURSE],
            "with": [],
            "used": [{"name": "daily_dose", "value": "300 mg", "on": "2026-05-01"}],
            "reference": "CLINICAL.md F; Tramadol label",
            "verified": True,
            "jurisdiction": None,
            "stricter_label": False,
        }
    ],
}
# files of results, as they are sent; the patient of the path, or each row with its number
LAB_FILES: dict[str, str] = {
    "CSV": (
        "analyte,value,unit,specimen_at,flag,range\n"
        "crp,49.67,mg/L,2026-03-02 07:30,H,0-5\n"
        "crp,<0.5,mg/dL,2026-03-20,N,0-0.5\n"
    ),
    "HL7 v2": (
        "MSH|^~\\&|LIS|City Laboratory|||20260302090000+0900||ORU^R01^ORU_R01|1|P|2.5.1\r"
        "PID|1||12345678^^^HOSPITAL^MR\r"
        "OBR|1||A77|CRP|||202603020730\r"
        "OBX|1|NM|1988-5^CRP^LN||49.67|mg/L|0-5|H|||F\r"
    ),
}
LAB_FILES_OF_A_SITE: dict[str, str] = {
    "CSV": (
        "record_number,analyte,value,unit,specimen_at\n"
        "12345678,hb,11.2,g/dL,2026-03-02 07:30\n"
        "12345678,alt,225,U/L,2026-03-02 07:30\n"
    ),
    "HL7 v2": LAB_FILES["HL7 v2"],
}
_WINDOW = {
    "kind": "6wk",
    "slot": "visit:6wk",
    "target_day": 42,
    "target_on": "2026-04-13",
    "last_day": 63,
    "closes_on": "2026-05-04",
}
WORK_LIST: Document = {
    "patient": "00000000-0000-4000-8000-000000000001",
    "study_number": "A-001",
    "record_number": "10234567",
    "name": "Ha Yuna",
    "origin": "registry",
    "attempts": 1,
    "attempted_on": "2026-04-22",
    "needs": [
        {
            "need": "overdue",
            "alert": None,
            "rule": None,
            "level": None,
            "since": None,
            "drug": None,
            "course": None,
            "due_on": None,
            "count": None,
            **_WINDOW,
        }
    ],
}
SCHEDULE: Document = {
    "next": None,
    "results": [
        {
            **_WINDOW,
            "origin": "registry",
            "standing": "overdue",
            "reason": "The target has passed, and the window is still open.",
            "first_day": 28,
            "opens_on": "2026-03-30",
            "visit": None,
            "in_window": "not_applicable",
            "core": ["motor", "sensation", "bladder", "bowel", "walking", "pain", "pvr"],
            "lacks": [],
        }
    ],
    "counted_from": "index_decompression",
    "day": 52,
    "ended": None,
    "reason": "",
}
