import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest

from outcomes.charts import NAMES, Charts, as_json, taken
from outcomes.figures import svg
from outcomes.figures.base import DrugCourse
from outcomes.rules.values import Answer, Span, Status
from patients.models import Patient
from tests.support.cast import SURGERY, enrol, now
from tests.support.one_by_one import enter_at_once


def on(day):
    """A date so many days after the operation."""
    return str(SURGERY + dt.timedelta(days=day))


def document(path, /, **content):
    return {"kind": path, "document": {"id": str(uuid.uuid4()), **content}}


def cement(day=-20):
    return document("procedures", kind="cement", date=on(day), time="09:00")


def decompression():
    return document("procedures", kind="decompression", date=on(0), time="12:00")


def visit(when, **parts):
    time = {"date": on(when)} if isinstance(when, int) else {"timing": when}
    return document("visits", kind="unscheduled", **time, **parts)


def graded(right, left):
    return {"right": {"grade": right}, "left": {"grade": left}}


def lab(analyte, value=None, *, day=5, **more):
    return document("labs", analyte=analyte, value=value, specimen_at=on(day), **more)


def drug(name="solifenacin", atc="G04BD08", **more):
    return document("medications", drug=name, atc=atc, **more)


NOT_REPORTED = {"status": "not_reported", "phase": "post_op"}
NO_TIME = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)


def known(day):
    return Span(best=day, lower=day, upper=day, status=Status.KNOWN)


@pytest.fixture
def draw(cast):
    """A figure of a new patient with these documents, operated on unless told otherwise."""

    def drawn(name, *documents, operated=True, size="wide", **facts):
        patient = enrol(f"X-{uuid.uuid4().hex[:8]}", cast.seoul, cast.physician_a, **facts)
        surgery = [cement(), decompression()] if operated else [cement()]
        enter_at_once(patient, [*surgery, *documents], now(cast.physician_a))
        patient = Patient.objects.select_related("site").get(pk=patient.pk)
        return Charts(patient, cast.physician_a).figure(name, size=size)

    return drawn


def traces(figure, axis):
    return [t for t in figure.plotly["data"] if t["xaxis"] == axis and t["mode"] != "lines"]


def said(figure):
    return " | ".join(note["text"] for note in figure.plotly["layout"]["annotations"])


def column(figure, header):
    place = figure.table.headers.index(header)
    return [row[place] for row in figure.table.rows]


# ---------------------------------------------------------------- recovery


def test_the_published_case_keeps_its_stale_baseline_at_its_own_uncertain_day(cast):
    figure = Charts(cast.baek, cast.physician_a).figure("recovery")
    right = next(t for t in figure.plotly["data"] if t["name"] == "Right leg")
    assert right["x"] == [-35, 365]
    assert right["y"] == [2, 3]
    assert (right["error_x"]["arrayminus"][0], right["error_x"]["array"][0]) == (7, 7)
    assert "stale baseline" in said(figure)
    assert column(figure, "When") == ["about day −35 (between −42 and −28)", "about day 365"]
    assert column(figure, "Note") == [
        "stale baseline",
        "Right leg: a gain of one grade, unconfirmed until it is repeated.",
    ]


@pytest.mark.parametrize(
    ("day", "stale"),
    [
        pytest.param(-14, False, id="fourteen days before the operation is recent"),
        pytest.param(-15, True, id="fifteen days before the operation is stale"),
    ],
)
def test_a_baseline_is_marked_stale_by_its_age(draw, day, stale):
    figure = draw("recovery", visit(day, motor=graded("2", "3")))
    assert ("stale baseline" in said(figure)) is stale


def test_a_time_not_reported_goes_into_the_margin_with_its_phase(draw):
    figure = draw(
        "recovery",
        visit(30, motor=graded("3", "3")),
        visit(NOT_REPORTED, motor=graded("2", "2")),
    )
    assert [t["y"] for t in traces(figure, "x")] == [[3], [3]]
    assert [t["y"] for t in traces(figure, "x2")] == [[2], [2]]
    assert figure.plotly["layout"]["xaxis2"]["ticktext"] == ["post-op"]
    assert "time not reported (post-op)" in column(figure, "When")


def test_a_leg_not_recorded_is_not_drawn_and_one_not_testable_is_never_a_zero(draw):
    motor = {"right": {"not_testable": "cast_or_brace"}}
    figure = draw("recovery", visit(30, motor=motor), visit(60, motor={"left": {"grade": "4-"}}))
    assert column(figure, "Right leg") == ["not testable: cast or brace", "not recorded"]
    assert column(figure, "Left leg") == ["not recorded", "4−"]
    drawn = [y for t in figure.plotly["data"] for y in t["y"] if y is not None]
    assert 0 not in drawn


def test_where_nobody_operated_days_count_from_the_cement_and_say_so(draw):
    figure = draw("recovery", visit(10, motor=graded("2", "2")), operated=False)
    assert figure.plotly["layout"]["xaxis"]["title"]["text"] == "Days since cement"
    assert column(figure, "When") == ["day 30"]


def test_key_muscles_stand_beside_the_leg_grades_and_give_none(draw):
    muscles = {name: 4 for name in ("L2", "L3", "L4", "L5", "S1")}
    motor = {side: {"grade": "3", "muscles": muscles} for side in ("right", "left")}
    figure = draw("recovery", visit(30, motor=motor))
    assert column(figure, "Right leg") == ["3"]
    assert "LEMS 40 of 50" in column(figure, "Note")[0]


# ---------------------------------------------------------------- laboratory


def test_a_result_in_another_unit_is_drawn_in_the_canonical_one_with_its_range(draw):
    result = lab("crp", "4.967", unit="mg/dL", range={"low": "0.01", "high": "0.5"})
    figure = draw("labs", result)
    assert figure.table.rows[0][2:5] == ("49.67", "mg/L", "0.10–5.0")
    assert figure.table.rows[0][5] == "reported as 4.967 mg/dL"
    assert traces(figure, "x")[0]["y"] == [pytest.approx(49.67)]


def test_a_result_keeps_the_digits_the_laboratory_gave(draw):
    assert column(draw("labs", lab("hb", "11.0", unit="g/dL")), "Result") == ["11.0"]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        pytest.param({"range": {"low": "0", "high": "20"}}, "0–20", id="no unit to convert from"),
        pytest.param(
            {"range": {"low": "0", "high": "2"}, "unit": "cm/day"},
            "0–2 cm/day",
            id="a unit not in the table",
        ),
        pytest.param({"range": {"text": "age-related"}}, "age-related", id="a range in words"),
        pytest.param({"range": {"high": "20"}}, "–20", id="an upper limit alone"),
        pytest.param({}, "no range given", id="no range"),
    ],
)
def test_a_range_that_cannot_be_converted_is_words_and_no_band(draw, more, shown):
    figure = draw("labs", lab("esr", interpretation="N", **more))
    assert column(figure, "Laboratory's range") == [shown]
    bands = [s for s in figure.plotly["layout"]["shapes"] if s.get("yref") == "y"]
    assert bands == []


def test_a_result_in_words_is_shown_as_words_and_never_as_a_number(draw):
    figure = draw("labs", lab("esr", interpretation="N", verbatim="within normal limits"))
    assert figure.plotly["data"] == []
    assert column(figure, "Result") == ["no number given"]
    assert column(figure, "In words") == ["within normal limits"]


def test_a_result_below_a_limit_is_a_bound(draw):
    figure = draw("labs", lab("crp", "<0.5", unit="mg/L"))
    assert column(figure, "Result") == ["<0.5"]
    assert traces(figure, "x")[0]["marker"]["symbol"] == "triangle-down-open"


def test_the_discharge_values_of_the_published_case_have_no_number(cast):
    figure = Charts(cast.baek, cast.physician_a).figure("labs")
    discharge = [row for row in figure.table.rows if "discharge" in row[1]]
    assert [row[2] for row in discharge] == ["no number given"] * 4
    assert {row[5] for row in discharge} == {"within normal limits"}
    numbers = {y for t in traces(figure, "x2") for y in t["y"]}
    assert numbers == {27, 63, 1.84, 49.67, 11.0, 9.4, 43, 225}
    results = [t for t in traces(figure, "x") if t["name"] == "Result"]
    assert results == []  # none has a reported day


def test_a_result_to_be_discussed_first_is_hidden_from_the_patient(cast):
    secret = lab("crp", "120", unit="mg/L", discuss_first=True)
    enter_at_once(cast.ha, [secret], now(cast.physician_a))
    to_clinic = Charts(cast.ha, cast.physician_a).figure("labs")
    to_patient = Charts(cast.ha, cast.patient_user).figure("labs")
    assert column(to_clinic, "Result") == ["120"]
    assert to_patient.empty


# ---------------------------------------------------------------- drugs and the bladder

ONGOING = DrugCourse(label="d", start=known(10), ongoing=True)
STOPPED = DrugCourse(label="d", start=known(10), stop=known(20))
OPEN = DrugCourse(label="d", start=known(10))
ABOUT = Span(best=10, lower=5, upper=15, status=Status.APPROXIMATE)
YES, NO, CANNOT_TELL = Answer.YES, Answer.NO, Answer.CANNOT_TELL


@pytest.mark.parametrize(
    ("course", "when", "answer"),
    [
        pytest.param(ONGOING, known(9), NO, id="the day before the start"),
        pytest.param(ONGOING, known(10), YES, id="the day of the start"),
        pytest.param(ONGOING, known(400), YES, id="long after, still going on"),
        pytest.param(STOPPED, known(20), YES, id="the day of the stop"),
        pytest.param(STOPPED, known(21), NO, id="the day after the stop"),
        pytest.param(OPEN, known(11), CANNOT_TELL, id="stop not known"),
        pytest.param(OPEN, known(9), NO, id="before the start, stop not known"),
        pytest.param(DrugCourse(label="d"), known(9), CANNOT_TELL, id="no dates"),
        pytest.param(ONGOING, NO_TIME, CANNOT_TELL, id="time of the reading not reported"),
        pytest.param(
            DrugCourse(label="d", start=ABOUT, ongoing=True),
            known(12),
            CANNOT_TELL,
            id="within the bounds of the start",
        ),
        pytest.param(
            DrugCourse(label="d", start=ABOUT, ongoing=True),
            known(15),
            YES,
            id="at the latest possible start",
        ),
        pytest.param(STOPPED, ABOUT, CANNOT_TELL, id="reading within bounds across the start"),
    ],
)
def test_whether_a_drug_was_taken_then(course, when, answer):
    assert taken(course, when) is answer


def test_the_bladder_is_shown_with_the_drug_it_was_measured_on(draw):
    figure = draw(
        "bladder",
        drug(start=on(20), dose=5, dose_unit="mg"),
        visit(10, bladder={"method": "normal_voiding", "pvr_ml": 90, "pvr_method": "scan"}),
        visit(30, bladder={"method": "normal_voiding", "pvr_ml": 0}),
    )
    readings = [row for row in figure.table.rows if row[1]]
    assert [row[4] for row in readings] == ["no bladder drug recorded", "solifenacin 5 mg"]
    assert [row[3] for row in readings] == ["90 mL, scan", "0 mL"]


def test_no_residual_is_expected_of_a_catheter(draw):
    figure = draw("bladder", visit(10, bladder={"method": "indwelling_urethral"}))
    assert column(figure, "Post-void residual") == ["not applicable with a catheter"]


def test_a_residual_not_measured_is_not_recorded(draw):
    figure = draw("bladder", visit(10, bladder={"method": "normal_voiding"}))
    assert column(figure, "Post-void residual") == ["not recorded"]


def test_a_bladder_not_examined_is_no_reading(draw):
    assert draw("bladder", visit(10, bladder={"not_done": "declined"})).empty


def test_the_bladder_of_the_published_case_has_words_and_no_number(cast):
    figure = Charts(cast.baek, cast.physician_a).figure("bladder")
    assert column(figure, "In words")[0] == "bladder dysfunction, type not known"
    assert column(figure, "Drugs then")[0] == "perhaps solifenacin: its dates do not tell"
    assert "mL" not in json.dumps(as_json(figure))


def test_drugs_without_dates_stay_in_the_margin(draw):
    figure = draw("labs", lab("crp", "5", unit="mg/L"), drug("tramadol", "N02AX02"))
    bars = [t for t in figure.plotly["data"] if "tramadol" in t["name"]]
    assert {t["xaxis"] for t in bars} == {"x2"}
    assert "dates not reported" in bars[0]["name"]


@pytest.mark.parametrize(
    ("facts", "more", "going_on"),
    [
        pytest.param({}, {}, True, id="no stop recorded"),
        pytest.param({}, {"stop": on(30)}, False, id="stopped"),
        pytest.param({}, {"stop_reason": "side_effect"}, False, id="stopped, day not known"),
        pytest.param({"status": "died", "died_on": on(60)}, {}, False, id="the patient died"),
    ],
)
def test_a_drug_goes_on_only_while_nothing_ended_it(draw, facts, more, going_on):
    figure = draw("bladder", drug(start=on(2), **more), **facts)
    assert ("ongoing" in said(figure)) is going_on


# ---------------------------------------------------------------- walking, literature


def test_the_walking_category_is_never_inferred(cast):
    figure = Charts(cast.baek, cast.physician_a).figure("walking_pain")
    assert column(figure, "Walks alone") == ["no", "no"]
    assert set(column(figure, "FAC 0–5")) == {"not recorded"}
    assert column(figure, "Pain: back") == ["present, no number", "not recorded"]


def test_a_pain_of_zero_is_drawn_and_a_missing_one_is_not(draw):
    figure = draw("walking_pain", visit(10, pain={"back": 0}))
    assert [t["y"] for t in figure.plotly["data"]] == [[0]]


def test_the_published_cases_have_no_time_axis(cast):
    figure = Charts(cast.baek, cast.physician_a).figure("published")
    assert figure.name == "published"
    assert [row[0].split()[0] for row in figure.table.rows] == [f"C{n}" for n in range(1, 9)]
    axis = figure.plotly["layout"]["xaxis"]
    assert axis["tickvals"] == list(range(8))
    assert [text.split("<br>")[0] for text in axis["ticktext"]] == [f"C{n}" for n in range(1, 9)]
    assert "title" not in axis
    assert "Follow-up times are not reported" in said(figure)


def test_the_patient_in_view_is_marked_among_the_published_cases(cast):
    marked = Charts(cast.baek, cast.physician_a).figure("published")
    unmarked = Charts(cast.ha, cast.physician_a).figure("published")
    assert len(marked.plotly["layout"]["shapes"]) == 1
    assert unmarked.plotly["layout"]["shapes"] == []


def test_what_a_published_case_says_in_words_stays_in_words(cast):
    figure = Charts(cast.ha, cast.physician_a).figure("published")
    words = dict(zip(column(figure, "Case"), column(figure, "In words"), strict=True))
    assert words["C2 Teng 2006"] == "Could not walk alone"
    assert words["C7 Grelat 2018"] == "Minimal improvement"
    assert column(figure, "Worst leg")[1] == "not reported"


# ---------------------------------------------------------------- every figure


@pytest.mark.parametrize("size", ["narrow", "wide"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_plain_json_and_can_be_drawn(cast, name, theme, size):
    for patient in (cast.ha, cast.ji, cast.baek, cast.synthetic):
        figure = Charts(patient, cast.physician_a).figure(name, theme=theme, size=size)
        body = json.loads(json.dumps(as_json(figure), allow_nan=False))
        assert set(body) == {"name", "title", "description", "plotly", "table", "empty"}
        assert body["name"] == name
        assert {len(row) for row in body["table"]["rows"]} <= {len(body["table"]["headers"])}
        assert svg.render(figure, size=size).startswith("<svg")


@pytest.mark.parametrize("name", NAMES)
def test_a_patient_without_any_record_gets_words_not_a_chart(cast, name):
    figure = Charts(cast.ji, cast.physician_a).figure(name)
    assert bool(figure.empty) is (name != "published")


def test_synthetic_and_published_people_are_named_as_such(cast):
    synthetic = Charts(cast.synthetic, cast.physician_a).figure("recovery")
    baek = Charts(cast.baek, cast.physician_a).figure("recovery")
    registry = Charts(cast.ha, cast.physician_a).figure("recovery")
    assert "Synthetic data: not a real person" in said(synthetic)
    assert "Published case: Baek 2021" in said(baek)
    assert "Published" not in said(registry)


def test_an_unknown_figure_is_a_key_error(cast):
    with pytest.raises(KeyError):
        Charts(cast.ha, cast.physician_a).figure("regression")


def test_all_figures_together_read_each_table_once(cast, django_assert_num_queries):
    charts = Charts(cast.synthetic, cast.physician_a)
    # what the reader may see, who recorded it, procedures, visits, labs, courses, doses
    with django_assert_num_queries(7):
        for name in NAMES:
            charts.figure(name, size="narrow")
            charts.figure(name, size="wide")


def test_a_value_is_in_the_canonical_unit_of_the_database(cast):
    enter_at_once(cast.ha, [lab("hb", "110", unit="g/L")], now(cast.physician_a))
    figure = Charts(cast.ha, cast.physician_a).figure("labs")
    assert Decimal(column(figure, "Result")[0]) == Decimal("11")
