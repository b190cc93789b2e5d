"""My recovery as the patient reads it: plain, nothing from silence, nothing that frightens."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outcomes import plain_words
from outcomes.documents import visit as shapes
from outcomes.presenters.own.next_visit import LOOKED_AT, NOT_OPERATED, VISITS
from outcomes.reference import scale, schedule
from outcomes.rules import grades
from outcomes.rules.plainly import Range, Walks
from patients.models import AuditEvent, User
from patients.roles import Scope
from tests.support.cast import SURGERY, caregiver, enrol, now
from tests.support.one_by_one import enter_at_once

GRADES = {
    "0": "no movement could be seen or felt",
    "1": "the muscles tighten without moving anything",
    "2": "it moves when it does not have to carry its own weight",
    "3": "it can lift its own weight but not against resistance",
    "4-": "it can lift its own weight and hold against a light push",
    "4": "it can lift its own weight and hold against a push",
    "4+": "it can lift its own weight and hold against a strong push",
    "5": "it has full strength",
}
# what no patient is to read here
# the page of warning signs is called so on every page
FRIGHTENING = re.compile(
    r"alert|urgent|emergency|warning(?! signs)|danger|critical|abnormal|overdue|missed|fail|"
    r"worst leg|%|"
    r"percent|predict|\bratio|quer(y|ies)|residual|paralys|normal",
    re.IGNORECASE,
)


def on(day):
    return str(SURGERY + dt.timedelta(days=day))


def document(path, /, **content):
    return {"kind": path, "document": {"id": str(uuid.uuid4()), **content}}


def visit(day, /, **parts):
    return document("visits", **{"kind": "unscheduled", "date": on(day), **parts})


def graded(right, left, basis="gestalt"):
    return {"basis": basis, "right": {"grade": right}, "left": {"grade": left}}


OPERATED = (
    ("procedures", {"kind": "cement", "date": on(-2), "time": "09:00"}),
    ("procedures", {"kind": "decompression", "date": on(0), "time": "05:00"}),
)


class Page:
    def __init__(self, answer):
        assert answer.status_code == 200
        self.source = answer.content.decode()

    @property
    def words(self):
        main = self.source.partition("<main")[2].partition("</main>")[0]
        # the links to other pages are no words about the recovery
        main = re.sub(r'<nav class="phone__tabs".*?</nav>', " ", main, flags=re.S)
        return plain(re.sub(r"<svg.*?</svg>", " ", main, flags=re.S))

    def section(self, name):
        found = re.search(rf'<section[^>]* id="{name}".*?</section>', self.source, flags=re.S)
        return plain(re.sub(r"<svg.*?</svg>", " ", found[0], flags=re.S))

    def drawing(self, name):
        found = re.search(rf'<svg[^>]*aria-labelledby="own-{name}-.*?</svg>', self.source, re.S)
        return found and found[0]


def plain(source):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source))).strip()


@pytest.fixture
def show(cast, client_for):
    """The page of a new patient with these documents, as the patient reads it."""

    def shown(*documents, operated=True, language="en"):
        user = User.objects.create_user(f"u{uuid.uuid4().hex[:8]}", language=language)
        number = f"X-{uuid.uuid4().hex[:8]}"
        patient = enrol(number, cast.seoul, cast.physician_a, user=user)
        surgery = [document(path, **content) for path, content in OPERATED if operated]
        enter_at_once(patient, [*surgery, *documents], now(cast.physician_a))
        return Page(client_for(user).get(reverse("phone-recovery", args=[patient.pk])))

    return shown


# --- the legs -----------------------------------------------------------------------------------
@pytest.mark.parametrize("grade", grades.GRADES)
def test_every_grade_in_plain_words(grade):
    assert plain_words.plain("mrc_plain", grade) == GRADES[grade]


CHANGES = {
    "two grades up": (("2", "4"), ("4", "4"), "gestalt",
        ["Right leg: stronger than at the examination before the operation.",
         "Left leg: about as strong as at the examination before the operation."]),
    "one grade up, seen once": (("2", "4"), ("3", "4"), "gestalt",
        ["Right leg: perhaps a little stronger than before the operation. Your team will check "
         "again."]),
    "down": (("3", "4"), ("2", "4"), "gestalt",
        ["Right leg: weaker than at the examination before the operation.",
         "Your team has this result. Talk with them about what it means"]),
    "another basis": (("2", "4"), ("4", "4"), "weakest_key_muscle",
        ["Right leg: cannot be compared with the time before the operation",
         "in the weakest muscles tested, it can lift"]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "basis", "said"), CHANGES.values(), ids=CHANGES)
def test_the_change_in_one_sentence_a_leg(show, before, after, basis, said):
    page = show(visit(-1, motor=graded(*before)), visit(40, motor=graded(*after, basis=basis)))
    told = page.section("legs")
    for sentence in said:
        assert sentence in told
    if basis != "gestalt":
        assert "stronger" not in told


def test_better_than_before_and_weaker_than_last_time_are_both_told(show):
    page = show(
        visit(-1, motor=graded("1", "4")),
        visit(30, motor=graded("4", "4")),
        visit(60, motor=graded("3", "4")),
    )
    told = page.section("legs")
    assert "Right leg: stronger than at the examination before the operation." in told
    assert "Right leg: weaker than at the examination of" in told
    assert told.count("Your team has this result.") == 1
    assert not FRIGHTENING.search(page.words)


def test_what_was_not_examined_is_said(show):
    page = show(visit(5, note="x"))
    for name in ("legs", "walking", "bladder", "pain"):
        assert "recorded nothing of this" in page.section(name), name
        assert page.drawing(name) is None
    page = show(visit(5, motor={"not_done": "declined"}))
    assert "Not examined at the latest visit" in page.section("legs")
    assert "declined" in page.section("legs")


def test_a_leg_that_was_not_testable_is_no_zero(show):
    page = show(
        visit(10, motor={"basis": "gestalt", "right": {"not_testable": "pain"},
                         "left": {"grade": "3"}})
    )  # fmt: skip
    told = page.section("legs")
    assert "Right leg could not be tested: pain" in told
    assert GRADES["0"] not in told
    assert page.drawing("legs").count("<title>") == 1, "the dot of the left leg alone"


def test_an_older_grade_keeps_its_day_and_the_latest_visit_says_it_has_none(show):
    page = show(visit(10, motor=graded("3", "3")), visit(40, pain={"back": 2}))
    told = page.section("legs")
    assert GRADES["3"] in told
    assert "The latest visit" in told
    assert "recorded nothing of this" in told


def test_before_the_operation_is_long_ago(show):
    page = show(
        document("procedures", kind="cement", date=on(-60)),
        document("procedures", kind="decompression", date=on(0), time="05:00"),
        visit(-40, motor=graded("2", "2")),
        visit(30, motor=graded("4", "4")),
        operated=False,
    )
    told = page.section("legs")
    assert "stronger than at the examination before the operation" in told
    assert "was 40 days before it, so a part of the change" in told


def test_without_an_operation_nothing_is_said_of_one(show):
    cement = document("procedures", kind="cement", date=on(-2), time="09:00")
    page = show(
        cement, visit(5, motor=graded("1", "1")), visit(30, motor=graded("4", "4")), operated=False
    )
    assert "stronger than at the first examination" in page.section("legs")
    assert "operation" not in page.section("legs")
    assert "after the cement" in page.drawing("legs")


# --- the other topics ---------------------------------------------------------------------------
def test_walking_bladder_and_pain_in_plain_words(show):
    page = show(
        visit(
            20, walking={"fac": 3, "aid": "walker"}, pain={"back": 4, "right_leg_present": True},
            bladder={"method": "intermittent_self", "incontinence": "weekly"},
        ),
        visit(50, bladder={"pvr_ml": 80, "pvr_method": "scan"}),
    )  # fmt: skip
    walking = page.section("walking")
    assert (
        "walks with somebody beside who does not have to hold on, with a walking frame" in walking
    )
    bladder = page.section("bladder")
    assert "is emptied with a catheter each time and by oneself" in bladder
    assert "some urine leaks every week" in bladder
    assert "80 mL after passing urine" in bladder
    pain = page.section("pain")
    assert "Back 4 of 10" in pain
    assert "Right leg pain, without a number" in pain
    assert "Left leg not asked yet" in pain
    assert not FRIGHTENING.search(page.words)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"value": "12", "unit": "mg/L", "range": {"low": "0.1", "high": "5"}},
         "12 mg/L: above the laboratory's range (0.1 to 5 mg/L)"),
        ({"value": "3", "unit": "mg/L", "range": {"high": "5"}},
         "3 mg/L: within the laboratory's range (up to 5 mg/L)"),
        ({"value": "3", "unit": "mg/L"}, "3 mg/L: the laboratory gave no range"),
        ({"value": None, "interpretation": "N"},
         "no number reported: within the laboratory's range"),
        ({"value": "3", "unit": "mg/L", "interpretation": "H", "range": {"high": "5"}},
         "whether it lies within the laboratory's range cannot be told"),
        ({"value": "7", "unit": "mg/L", "interpretation": "HH"},
         "7 mg/L: above the laboratory's range"),
    ],
)  # fmt: skip
def test_a_result_with_its_unit_and_its_range_in_words(show, result, said):
    page = show(document("labs", analyte="crp", specimen_at=on(9), **result))
    assert said in page.section("results")
    assert "ask them" in page.section("results")
    assert not FRIGHTENING.search(page.words)


def test_a_result_is_named_in_the_language_of_the_reader(show):
    found = document("labs", analyte="hb", value="12", unit="g/dL", specimen_at=on(9))
    assert "혈색소(Hb)" in show(found, language="ko").section("results")


def test_a_result_of_unknown_day_stands_in_the_margin(show):
    timing = {"phase": "post_op", "status": "not_reported"}
    page = show(document("labs", analyte="crp", value="49.67", unit="mg/L", timing=timing))
    assert "after the operation, day not known" in page.section("results")
    assert "time not known" in page.drawing("results")
    assert "Weeks after" not in page.drawing("results")


# --- the page -----------------------------------------------------------------------------------
def test_each_picture_has_its_question_and_a_list(cast, client_for):
    kin = caregiver("kin", cast.synthetic, cast.physician_a, Scope.SEE)
    where = reverse("phone-recovery", args=[cast.synthetic.pk])
    page = Page(client_for(kin).get(where))
    questions = re.findall(r'<h2 id="own-\w+-q">(.*?)</h2>', page.source)
    assert len(questions) == 5
    for name in ("legs", "walking", "bladder", "pain", "results"):
        drawing = page.drawing(name)
        assert re.search("<title[^>]*>(.*?)</title>", drawing)[1] in questions
        assert re.search("<desc[^>]*>(.+?)</desc>", drawing)
        sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing)}
        assert min(sizes) >= 15
        assert "Show as a list" in page.section(name)
        assert re.search(r"From (one|\d+) examination", page.section(name)) or name == "results"
    assert "danger" not in page.source.partition("<main")[2]
    assert "Synthetic data: not a real person" in page.words


def test_the_published_cases_are_a_sentence_and_no_comparison(show):
    page = show(visit(30, motor=graded("3", "4")))
    told = page.words.partition("What is known of others?")[2]
    assert "8 people to whom this happened" in told
    assert "nobody can read your future from them" in told
    for name in ("Shapiro", "Baek", "improved"):
        assert name not in page.words


def test_the_next_visit_comes_from_the_plan(cast, client_for):
    page = Page(client_for(cast.patient_user).get(reverse("phone-recovery", args=[cast.ha.pk])))
    told = page.words.partition("When is the next visit?")[2]
    assert "the visit three months after the operation" in told
    assert "If you have not had it yet, ask your clinic for a day." in told
    assert "The plan does not say what to bring." in told
    assert not FRIGHTENING.search(page.words)


def test_when_nothing_is_planned_nothing_is_said_of_why(cast, client_for):
    lost = document("losses", date=on(60), reason="unreachable")
    enter_at_once(cast.ha, [lost], now(cast.physician_a))
    page = Page(client_for(cast.patient_user).get(reverse("phone-recovery", args=[cast.ha.pk])))
    assert "No visit is planned here. Your clinic tells you how it goes on." in page.words


def test_a_caregiver_reads_whose_it_is(cast, client_for):
    page = Page(client_for(cast.sees).get(reverse("phone-recovery", args=[cast.ha.pk])))
    assert "Recovery of Ha" in page.words
    assert "My recovery" not in page.words


def test_one_look_is_one_event_and_more_visits_ask_no_more_queries(cast, client_for):
    client, where = client_for(cast.patient_user), reverse("phone-recovery", args=[cast.ha.pk])
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.patient_id) == ("patient.recovery", cast.ha.pk)
    more = [visit(day, motor=graded("3", "4"), pain={"back": 3}) for day in range(50, 60)]
    more += [document("labs", analyte="crp", value="3", unit="mg/L", specimen_at=on(50))]
    enter_at_once(cast.ha, more, now(cast.physician_a))
    with CaptureQueriesContext(connection) as many:
        client.get(where)
    assert len(many) == len(few)
    assert len(few) < 30


def test_what_is_typed_becomes_no_markup(show):
    page = show(visit(30, note="<script>alert(1)</script>"),
                document("labs", analyte="crp", value="3", unit="mg/L", specimen_at=on(9),
                         range={"text": "<b>0 to 5</b>"}))  # fmt: skip
    assert "<script>alert" not in page.source
    assert "<b>0" not in page.source


# --- the words ----------------------------------------------------------------------------------
def test_words_for_patients_are_marked_for_translation():
    found = {level.label for name in plain_words.SCALES for level in scale(name)}
    assert set(plain_words.MARKED) == found


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("mrc_plain", grades.GRADES),
        ("mrc_short", tuple("012345")),
        ("fac_plain", tuple("012345")),
        ("walks_short", tuple(Walks)),
        ("range_plain", tuple(Range)),
        ("aid_plain", shapes.Walking.model_fields["aid"].annotation.__args__),
    ],
)
def test_every_code_has_words(name, codes):
    assert set(plain_words.codes(name)) == set(codes)


def test_ways_of_emptying_all_have_words_but_unknown():
    known = set(plain_words.codes("emptying_plain"))
    assert known == set(shapes.EmptyingMethod.__args__) - {"unknown"}
    leaks = set(plain_words.codes("leaks_plain"))
    assert leaks == set(shapes.Frequency.__args__) - {"not_applicable", "unknown"}
    assert set(plain_words.codes("leaks_short")) == leaks


def test_every_planned_visit_and_what_it_looks_at_has_words():
    targets = {one.kind for one in schedule() if one.target_day is not None or one.repeats_every}
    assert set(VISITS) == targets
    assert set(NOT_OPERATED) == targets - {"yearly"}
    core = {part for one in schedule() for part in one.core} - {"all"}
    assert core <= set(LOOKED_AT)
