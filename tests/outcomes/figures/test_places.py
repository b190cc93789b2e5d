"""Where words stand: inside the drawing, not on each other, and beside every uncertain time."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from outcomes.figures import svg
from outcomes.figures.about import SIGN
from outcomes.figures.base import DrugCourse, Subject, text_width
from outcomes.figures.bladder import BladderReading, bladder
from outcomes.figures.labs import labs
from outcomes.figures.recovery import MotorReading, recovery
from outcomes.figures.sheet import VAGUE_KEY
from outcomes.figures.theme import PALETTES, WIDTHS
from outcomes.figures.walking_pain import WalkingPainReading, walking_pain
from outcomes.rules.values import Span, Status
from tests.outcomes.figures.cast import (
    C8_DRUGS,
    C8_LABS,
    C8_MOTOR,
    C8_WALKING,
    INVENTED,
    INVENTED_DRUGS,
    INVENTED_LABS,
    INVENTED_MOTOR,
    INVENTED_WALKING,
    NO_TIME,
    about,
    between,
    day,
    lab,
    legs,
)

NS = "{http://www.w3.org/2000/svg}"
KOREAN = {
    "decompression": "감압 수술",
    "cement": "골시멘트 주입술",
    "stale baseline": "오래된 기준 검사",
    "day {day}": "{day}일째",
    "about day {day}": "약 {day}일째",
    "day {lower} to {upper}": "{lower}일째에서 {upper}일째 사이",
    "≈ day {day}": "≈ {day}일째",
    "Days since decompression": "감압 수술 후 지난 일수",
    "Time not reported": "시점 보고되지 않음",
    "Right leg": "오른쪽 다리",
    "Left leg": "왼쪽 다리",
}
LANGUAGES = {"English": str, "Korean": lambda text: KOREAN.get(text, text)}


def roughly(best: float) -> Span:
    """About this day, and nobody said how far off."""
    return Span(best=best, lower=None, upper=None, status=Status.APPROXIMATE)


def told(figure) -> list[str]:
    return [a["text"] for a in figure.plotly["layout"]["annotations"]]


def signs(figure) -> list[dict]:
    return [
        a for a in figure.plotly["layout"]["annotations"] if a["text"].startswith(SIGN) and a["x"]
    ]


# ---------------------------------------------------------------- only about right

LABELLED = {
    "a grade": lambda on: recovery((MotorReading(on=on, **legs("3", None)),), Subject()),
    "walking": lambda on: walking_pain((WalkingPainReading(on=on, walks_alone=False),), Subject()),
    "FAC bounds": lambda on: walking_pain(
        (WalkingPainReading(on=on, fac_lower=0, fac_upper=3),), Subject()
    ),
    "pain": lambda on: walking_pain((WalkingPainReading(on=on, back=3),), Subject()),
    "bladder": lambda on: bladder(
        (BladderReading(on=on, emptying="normal voiding"),), (), Subject()
    ),
    "residual": lambda on: bladder((BladderReading(on=on, pvr_ml=80),), (), Subject()),
    "laboratory": lambda on: labs((lab("Hb", "11.0", on),), (), Subject()),
    "start of a drug": lambda on: bladder(
        (), (DrugCourse(label="d", start=on, ongoing=True),), Subject()
    ),
    "stop of a drug": lambda on: bladder(
        (), (DrugCourse(label="d", start=day(1), stop=on),), Subject()
    ),
    "dose": lambda on: bladder((), (DrugCourse(label="d", doses=(day(9), on)),), Subject()),
}


@pytest.fixture(params=LABELLED, ids=str)
def drawn_at(request):
    return LABELLED[request.param]


def test_a_time_only_about_right_wears_its_sign_and_the_sign_is_explained(drawn_at):
    figure = drawn_at(roughly(365))
    assert {a["x"] for a in signs(figure)} == {365}
    assert VAGUE_KEY in told(figure)
    assert SIGN in svg.render(figure)


@pytest.mark.parametrize(
    "on", [day(365), about(365, 335, 395), between(335, 395)], ids=["exact", "bounds", "no best"]
)
def test_other_times_wear_no_sign(drawn_at, on):
    figure = drawn_at(on)
    assert not [words for words in told(figure) if SIGN in words]


def test_no_length_is_invented_for_a_time_without_bounds(drawn_at):
    figure = drawn_at(roughly(365))
    for trace in figure.plotly["data"]:
        bars = trace.get("error_x", {"array": [], "arrayminus": []})
        assert not any([*bars["array"], *bars["arrayminus"]])


@pytest.mark.parametrize("theme", PALETTES)
def test_the_day_is_said_once_and_each_leg_wears_the_sign_in_its_colour(theme):
    figure = recovery(
        (MotorReading(on=roughly(365), **legs("3", "4")),), Subject(), theme=theme, size="narrow"
    )
    assert [a["text"] for a in signs(figure)] == ["≈ day 365", SIGN]
    colours = [PALETTES[theme][leg] for leg in ("right", "left")]
    assert [a["font"]["color"] for a in signs(figure)] == colours


def test_a_single_dose_says_in_words_that_its_day_is_about_right():
    figure = bladder((), (DrugCourse(label="ibandronic acid", doses=(roughly(182),)),), Subject())
    assert "ibandronic acid: about day 182" in told(figure)


def test_an_event_only_about_right_says_so():
    figure = recovery(C8_MOTOR, Subject(cement=roughly(-56)))
    assert "cement, about day −56" in told(figure)


def test_a_result_in_words_says_its_day_where_that_is_uncertain():
    figure = labs((lab("Hb", None, roughly(90), interpretation="normal"),), (), Subject())
    assert any("about day 90" in words.replace("<br>", " ") for words in told(figure))


# ---------------------------------------------------------------- room for words

DAY_ZERO = Subject(cement=day(-0.33))
EARLY = Subject(cement=about(-56, -63, -49))
VISITS = (-1, 0, 21, 45, 90, 182, 365, 540, 730)


def two_years(subject: Subject, **look):
    readings = [MotorReading(on=day(d), **legs("2", "3")) for d in VISITS]
    return recovery((*readings, MotorReading(on=NO_TIME, **legs("2", None))), subject, **look)


def before_surgery(subject: Subject, **look):
    readings = [
        MotorReading(on=about(d, d - 2, d + 2), stale_baseline=True, **legs("2", "3"))
        for d in (-50, -9)
    ]
    return recovery(readings, subject, **look)


CROWDED = {
    "two years": two_years,
    "nothing after day 0": before_surgery,
    "C8 recovery": lambda s, **k: recovery(C8_MOTOR, s, **k),
    "C8 laboratory": lambda s, **k: labs(C8_LABS, C8_DRUGS, s, **k),
    "C8 walking": lambda s, **k: walking_pain(C8_WALKING, s, **k),
    "recovery": lambda s, **k: recovery(INVENTED_MOTOR, s, **k),
    "laboratory": lambda s, **k: labs(INVENTED_LABS, INVENTED_DRUGS, s, **k),
    "walking": lambda s, **k: walking_pain(INVENTED_WALKING, s, **k),
    "bladder": lambda s, **k: bladder((), INVENTED_DRUGS, s, **k),
}


def text_boxes(drawing: str):
    """Left, top, right, bottom in px and the words of every upright line of text."""
    for text in ElementTree.fromstring(drawing).iter(f"{NS}text"):
        if text.get("transform"):
            continue
        size, x, y = (float(text.get(key)) for key in ("font-size", "x", "y"))
        wide = text_width(text.text, size)
        left = x - wide * {None: 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
        yield left, y - 0.7 * size, left + wide, y + 0.1 * size, text.text


def is_event(words: str) -> bool:
    return bool(
        re.match("decompression,|cement,|stale|감압 수술,|골시멘트|오래된|Time not|시점", words)
    )


@pytest.mark.parametrize("subject", [DAY_ZERO, EARLY, INVENTED], ids=["hours", "weeks", "day"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("name", CROWDED)
def test_no_words_leave_the_drawing_and_no_event_hides_other_words(name, size, language, subject):
    figure = CROWDED[name](subject, size=size, t=LANGUAGES[language])
    boxes = list(text_boxes(svg.render(figure, size=size)))
    for left, _top, right, _bottom, words in boxes:
        assert 0 <= left <= right <= WIDTHS[size], words
    assert any(is_event(box[4]) for box in boxes)
    for one, other in combinations(boxes, 2):
        if is_event(one[4]) or is_event(other[4]):
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] or other[3] <= one[1], (one[4], other[4])


@pytest.mark.parametrize("size", WIDTHS)
def test_words_of_every_figure_stay_inside_to_their_last_letter(build, size):
    for left, _top, right, _bottom, words in text_boxes(svg.render(build(size=size), size=size)):
        assert 0 <= left <= right <= WIDTHS[size], words


def test_lines_of_events_do_not_run_through_the_headings():
    """Between two panels there is a heading and no line; above the first, words of events only."""
    layout = labs(C8_LABS, C8_DRUGS, EARLY).plotly["layout"]
    panels = [layout[key]["domain"] for key in layout if key.startswith("yaxis")]
    lines = [s for s in layout["shapes"] if s["type"] == "line" and s["xref"] == "x"]
    first, *others = panels
    assert {s["y0"] for s in lines} <= {low for low, _high in panels}
    assert {s["y1"] for s in lines if s["y0"] != first[0]} == {high for _low, high in others}
    (heading,) = [a for a in layout["annotations"] if a["text"].startswith("ESR")]
    inner = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    assert max((s["y1"] - 1) * inner for s in lines) <= heading["yshift"]


def test_the_day_axis_is_as_wide_as_what_it_shows():
    one_dose = labs(C8_LABS, C8_DRUGS, EARLY, size="narrow")
    dated = [lab("Hb", "11.0", day(d)) for d in VISITS]
    many = labs((*dated, *C8_LABS), C8_DRUGS, EARLY, size="narrow")
    narrow, wide = (f.plotly["layout"]["xaxis"]["domain"][1] for f in (one_dose, many))
    assert narrow < wide
    assert one_dose.plotly["layout"]["xaxis2"]["domain"][0] < 0.55


def test_a_range_is_not_drawn_along_days_without_a_result():
    shapes = labs(C8_LABS, C8_DRUGS, EARLY).plotly["layout"]["shapes"]
    bands = [s for s in shapes if s.get("fillcolor") == PALETTES["light"]["band"]]
    assert {s["xref"] for s in bands} == {"x2"}
