"""What leaves the comparison's pages: figures, one sheet, and the page that leads to them."""

import csv
import datetime as dt
import io
import re
import struct
import uuid
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from outcomes import drawing, tasks
from outcomes.actions import cohort_rows
from outcomes.comparison import Person, export
from outcomes.figures import svg
from outcomes.figures.base import Look, empty_figure
from outcomes.figures.comparison.endings import Ending, endings
from outcomes.figures.standalone import portable, standalone
from outcomes.models import CohortEntry, CohortJob
from outcomes.pages.administration import told
from outcomes.rules import cohort_export
from outcomes.rules.cohort_summary import Band
from outcomes.rules.values import Span, Status
from patients.models import AuditEvent, Site
from tests.api.client import Api
from tests.api.test_comparison import CANARIES, consent
from tests.support.cast import enrol, operate, visit
from tests.support.cohort import people

pytestmark = pytest.mark.django_db

FIGURES = (
    "timing", "endings", "published", "states-early", "states-later", "flow", "missing",
)  # fmt: skip


# differs from answer to answer
NONCE = r'(?<=value=")[A-Za-z0-9]{64}(?=")|nonce="[^"]*"'


@pytest.fixture
def alone(cast):
    """None of the cast counts, only whom a test adds."""
    CohortEntry.objects.all().delete()


@pytest.fixture
def browser(cast, client_for):
    return client_for(cast.physician_a)


def fetched(browser, route, **asked):
    answer = browser.get(reverse(f"comparison-{route}"), asked)
    assert answer.status_code == 200, (route, asked)
    return answer


def text_of(pdf):
    sheet = PdfReader(io.BytesIO(pdf))
    assert len(sheet.pages) == 1
    return " ".join(sheet.pages[0].extract_text().split())


# --- hours of few ---------------------------------------------------------------------------------
CONTRADICTS = Span(best=-2, lower=-2, upper=-2, status=Status.CONFLICT)
ABOUT = Span(best=1344, lower=None, upper=None, status=Status.APPROXIMATE)
UNSAID = Span(best=None, lower=None, upper=None, status=Status.NOT_REPORTED)
ONE = Person(
    number=1, origin="registry", age_band=None, level=None, etiology=None, operated=True,
    band=Band.UNKNOWN.value, hours=UNSAID, first_worst_leg=2, baseline_worst_leg=2, outcome=3,
    final_worst_leg=3, final_day=None, walks_alone=None, voids=None, died=False,
)  # fmt: skip


@pytest.mark.parametrize("hours", [CONTRADICTS, ABOUT])
def test_hours_that_are_in_no_band_are_not_told_of_few_either(hours):
    (seen,) = export.coarse_hours([replace(ONE, hours=hours)])
    assert (seen.hours.best, seen.hours.lower, seen.hours.upper) == (None, None, None)
    line = dict.fromkeys(cohort_export.names(cohort_export.PEOPLE)) | {
        "origin": "registry", "band": ONE.band, "hours": hours.best, "hours_lower": hours.lower,
        "hours_upper": hours.upper, "hours_status": hours.status.value,
    }  # fmt: skip
    assert export.guard([line])[1] == 1
    assert (line["hours"], line["hours_lower"], line["hours_upper"]) == (None, None, None)
    assert line["hours_status"] == "band_only"


def test_where_no_hours_are_known_none_are_withheld():
    assert export.coarse_hours([ONE]) == [ONE]
    line = dict.fromkeys(cohort_export.names(cohort_export.PEOPLE)) | {
        "origin": "registry", "band": ONE.band, "hours_status": "not_reported",
    }  # fmt: skip
    assert export.guard([line])[1] == 0
    assert line["hours_status"] == "not_reported"


# --- a figure -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_stands_alone(cast, browser, alone, name):
    people(cast.seoul, cast.physician_a, [{"origin": "synthetic"}] * 3)
    answer = fetched(browser, "figure-svg", figure=name, origin="synthetic")
    drawn = answer.content.decode()
    root = ElementTree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    for outside in ("href", "url(", "<style", "<script", "@import"):
        assert outside not in drawn
    said = " ".join(root.itertext())
    assert "An association, not an effect" in said
    assert ("Synthetic data" in said) == (name != "published")
    assert ("3 people, 3 of known timing and outcome" in said) == (name != "published")
    version = Api(cast.physician_a).get("cohort/comparison/?origin=synthetic").json["stamp"]
    assert version["literature_version"] in said
    assert (version["data_version"] in said) == (name != "published")
    whose = "20" if name == "published" else "synthetic-worst_leg-12mo-20"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="regain-{name}-{whose}')


@pytest.mark.parametrize(
    ("figure", "asked", "chosen"),
    [
        ("timing", {}, False),
        ("timing", {"first_worst": "2"}, True),
        ("states-early", {}, True),
        ("published", {"first_worst": "2"}, False),
    ],
)
def test_a_figure_of_people_chosen_by_a_grade_names_regression(
    cast, browser, alone, figure, asked, chosen
):
    people(cast.seoul, cast.physician_a, [{"origin": "synthetic"}] * 3)
    answer = fetched(browser, "figure-svg", figure=figure, origin="synthetic", **asked)
    said = " ".join(ElementTree.fromstring(answer.content.decode()).itertext())
    assert ("regression to the mean" in " ".join(said.split())) == chosen
    assert ("Exploratory: no p-value." in said) == figure.startswith("states")
    if figure in ("timing", "states-early"):
        sheet = fetched(browser, "report", figure=figure, origin="synthetic", **asked)
        assert ("Regression to the mean." in text_of(sheet.content)) == chosen


def test_the_name_of_a_file_says_what_was_asked(browser, alone):
    answer = fetched(browser, "figure-csv", outcome="voids", level="L1", age_band="80–89")
    named = "regain-timing-registry-voids-12mo-level-L1-age_band-80-89-20"
    assert f'filename="{named}' in answer["Content-Disposition"]
    assert answer["Content-Disposition"].isascii()


def test_words_on_a_halo_need_no_renderer_that_knows_the_order_of_paint():
    figure = endings([Ending(group="g", counts=(("0", 2), ("5", 4)), of=9)])
    assert 'paint-order="stroke"' in svg.render(figure)
    drawn = portable(figure)
    assert "paint-order" not in drawn
    halos = re.findall(r'stroke-width="5"[^>]*aria-hidden="true"[^>]*>([^<]*)<', drawn)
    assert halos == ["3"], "of those without an outcome"
    assert len(re.findall(r"<text[^>]*>3</text>", drawn)) == 2


def test_an_empty_figure_says_why():
    empty = empty_figure("none", "Who?", "Nobody to show.", (), Look())
    assert "Nobody to show." in standalone(empty, ["Data x"])


def test_a_picture_is_as_wide_as_a_slide_and_shows_korean():
    def picture(words):
        made = drawing.png(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><text x="5" y="20"'
            f' font-size="14" font-family="system-ui, sans-serif">{words}</text></svg>'
        )
        assert made.startswith(b"\x89PNG")
        assert struct.unpack(">I", made[16:20]) == (drawing.WIDTH,)
        return made

    nothing, korean, other = picture(""), picture("감압"), picture("시멘트")
    assert len({nothing, korean, other}) == 3


def test_a_picture_that_cannot_be_made_says_so(browser, monkeypatch):
    for code, words in drawing.MISSING.items():
        lacking = drawing.subprocess.CompletedProcess([], code, b"", b"")
        monkeypatch.setattr(drawing.subprocess, "run", lambda *_a, done=lacking, **_k: done)
        where = reverse("comparison-figure-png")
        page = browser.get(where, {"origin": "synthetic"}, follow=True)
        assert page.redirect_chain[0][0].endswith("/comparison/methods/?origin=synthetic")
        assert words in page.content.decode()


def test_the_table_of_a_figure_has_the_counts_of_the_view(cast, browser, alone):
    people(cast.seoul, cast.physician_a, [{"worst": grade} for grade in (1, 3, 3)])
    people(cast.seoul, cast.physician_a, [{"band": Band.WEEK, "worst": 4}] * 2, start=3)
    lines = list(csv.reader(io.StringIO(
        fetched(browser, "figure-csv", figure="endings").content.decode("utf-8-sig")
    )))  # fmt: skip
    counts = dict(zip(lines[0], lines[1], strict=True))
    analysis = Api(cast.physician_a).get("cohort/comparison/").json["analysis"]
    assert (counts["grade 3"], counts["People"]) == ("2", str(analysis["early"]["people"]))


@pytest.mark.parametrize(("count", "exact"), [(9, False), (10, True)])
def test_hours_of_few_leave_as_a_band(cast, browser, alone, count, exact):
    people(cast.seoul, cast.physician_a, [{}] * count)
    table = fetched(browser, "figure-csv").content.decode()
    drawn = fetched(browser, "figure-svg").content.decode()
    assert ("12 h" in table) == ("12 h" in drawn) == exact
    assert ("between 0 h and 24 h" in table) == (not exact)


@pytest.mark.parametrize("route", ["figure-svg", "figure-png", "figure-csv", "report"])
def test_a_figure_that_is_none_and_a_question_that_is_none(browser, route):
    where = reverse(f"comparison-{route}")
    assert browser.get(where, {"figure": "nothing"}).status_code == 404
    assert browser.get(where, {"window": "9mo"}).status_code == 400


# --- the sheet and the page -----------------------------------------------------------------------
def test_the_sheet_of_the_published_cases_has_no_number_of_anybody_else(cast, browser, alone):
    """CLINICAL.md I: individuals and counts, no interval, no test; and none that seems theirs."""
    wanted = [{"worst": n % 4 + 1, "band": (Band.DAY, Band.LATER)[n % 2]} for n in range(20)]
    people(cast.seoul, cast.physician_a, wanted)
    said = text_of(fetched(browser, "report").content)
    assert "exact 95 % interval" in said
    assert "% of pairs" in said
    said = text_of(fetched(browser, "report", figure="published").content)
    assert "8 published cases, individuals and no sample" in said
    assert "Limits of this comparison" in said
    elsewhere = ("interval", "% of pairs", "test: p", "ended at", "Methods of this", "Data version")
    for number in elsewhere:
        assert number not in said


def test_the_sheet_has_figure_sentences_limits_methods_and_stamp(cast, browser, alone):
    people(cast.seoul, cast.physician_a, [{"origin": "synthetic"}] * 4)
    told = text_of(fetched(browser, "report", origin="synthetic").content)
    for words in (
        "Synthetic data: not real people",
        "4 of 4 people decompressed 24 h or less after cement",
        "Confounding by indication",
        "Counted were 4 made-up people",
        "Decision support, not diagnosis.",
        "An association, not an effect.",
    ):
        assert words in told


class Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if tag == "a" and name == "href"]


def test_the_page_leads_to_every_file(cast, browser, alone):
    people(cast.seoul, cast.physician_a, [{"origin": "synthetic", "levels": "L1"}] * 2)
    page = fetched(browser, "methods", origin="synthetic", level="L1").content.decode()
    files = [link for link in Links(page).found if "figure" in link or "export" in link]
    at_four = fetched(browser, "methods", grade="4").content.decode()
    assert "recovered to grade 4 or better" in at_four
    assert "grade=4&amp;" in at_four or "&amp;grade=4" in at_four
    assert len(files) == 3 * len(FIGURES) + 2
    for link in files:
        assert "dictionary" in link or "origin=synthetic&level=L1" in link
        if ".png" not in link:
            assert browser.get(link).status_code == 200, link
    assert "Counted were 2 made-up people" in page
    assert "hours_status" in page, "the dictionary"


def test_taking_one_is_audited_with_whose_records_it_read(cast, browser, alone):
    (one,) = people(cast.seoul, cast.physician_a, [{}])
    fetched(browser, "figure-svg")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.patient_ids) == ("comparison.export", [str(one.pk)])


def test_nothing_that_identifies_leaves(cast, browser):
    known = {name: value for name, value in CANARIES.items() if name != "study_number"}
    patient = enrol(CANARIES["study_number"], cast.seoul, cast.physician_a, **known,
                    fracture_level="L1 canary")  # fmt: skip
    operate(patient, cast.physician_a, operator=cast.surgeon_a)
    visit(patient, cast.physician_a, kind="6wk", day=42, right="3", left="4")
    consent(patient, cast.physician_a, "given", note="canary note")
    for _page in cohort_rows.rebuild():
        pass
    answers = [fetched(browser, f"figure-{kind}", figure=name, window="6wk")
               for kind in ("svg", "csv") for name in FIGURES]  # fmt: skip
    answers += [fetched(browser, route, window="6wk") for route in ("methods", "figure-png")]
    report = fetched(browser, "report", window="6wk")
    told = "".join(one.content.decode("utf-8", "ignore") + str(one.headers) for one in answers)
    told += text_of(report.content) + str(report.headers) + report.content.decode("latin-1")
    assert "1 person, 1 of known timing" in told
    for canary in (*CANARIES.values(), "canary", "Canary", str(patient.pk), "1941-07", "C-1"):
        assert canary not in told, canary


# --- a file of many -------------------------------------------------------------------------------
@pytest.fixture
def many(cast, alone, monkeypatch):
    monkeypatch.setattr("outcomes.comparison.MOST_POINTS", 3)
    people(cast.seoul, cast.physician_a, [{}] * 5)


def test_a_file_of_many_is_asked_for_waited_for_and_fetched(cast, browser, many):
    page = fetched(browser, "methods", window="6wk").content.decode()
    ask = re.search(r'action="([^"]+)"[^>]*>(?:(?!</form>).)*Have the CSV made', page, re.S)[1]
    waiting = browser.post(ask, follow=True)
    assert "waiting to be made" in waiting.content.decode()
    job = CohortJob.objects.get()
    far = browser.get(reverse("comparison-file-progress", args=[job.pk])).json()
    assert far["working"] is True
    tasks.compute_cohort()
    ready = browser.get(reverse("comparison-file", args=[job.pk])).content.decode()
    assert 'data-progress="' not in ready
    job.refresh_from_db()
    assert f"until {told(job.expires_at, cast.seoul.time_zone)} KST" in ready
    (link,) = [link for link in Links(ready).found if "exports/jobs" in link]
    assert browser.get(link).content.decode().count("worst_leg,6wk") == 5


def test_the_date_of_a_file_is_the_day_at_the_sites(browser, many, monkeypatch):
    Site.objects.update(time_zone="Asia/Seoul")
    late = timezone.now().replace(hour=22)  # in Seoul it is the next morning
    monkeypatch.setattr(timezone, "now", lambda: late)
    page = browser.post(reverse("comparison-ask-file"), follow=True).content.decode()
    assert f"<dd>{late.date() + dt.timedelta(days=1)}</dd>" in page


def test_made_up_people_are_told_of_whoever_may_open_which_record(
    cast, browser, alone, monkeypatch
):
    monkeypatch.setattr("outcomes.comparison.MOST_POINTS", 3)
    people(cast.seoul, cast.physician_a, [{"origin": "synthetic"}] * 5)
    asked = "?origin=synthetic"
    for page in (
        browser.get(reverse("comparison-methods") + asked),
        browser.post(reverse("comparison-ask-file") + asked, follow=True),
    ):
        content = page.content.decode()
        assert "Made-up people, one by one" in content
        assert "whose records you may open" not in content


def test_the_page_of_a_file_is_one_of_its_question(browser, many):
    browser.post(f"{reverse('comparison-ask-file')}?window=6wk")
    page = browser.get(reverse("comparison-file", args=[CohortJob.objects.get().pk]))
    words = " ".join(page.content.decode().split())
    assert "<h1>Comparison: Methods and export</h1>" in words
    here = re.search(r'href="([^"]+)" aria-current="page">Methods and export', words)[1]
    assert here == f"{reverse('comparison-methods')}?window=6wk"


def test_a_file_that_is_given_no_longer_can_be_asked_for_again(browser, many):
    browser.post(f"{reverse('comparison-ask-file')}?window=6wk")
    tasks.compute_cohort()
    where = reverse("comparison-file", args=[CohortJob.objects.get().pk])
    assert browser.get(where).status_code == 200
    CohortJob.objects.update(expires_at=timezone.now())
    for route in ("comparison-file", "comparison-file-progress"):
        assert browser.get(reverse(route, args=[CohortJob.objects.get().pk])).status_code == 404
    gone = browser.get(where).content.decode()
    assert "There is no such file for you, or no longer." in gone
    assert "kept for 24 hours" in gone
    assert "Fetch the file" not in gone
    ask = re.search(r'action="([^"]+)"[^>]*>(?:(?!</form>).)*Ask again', gone, re.S)[1]
    assert "The file is waiting to be made." in browser.post(ask, follow=True).content.decode()
    CohortJob.objects.all().delete()
    forgotten = browser.get(where)
    assert forgotten.status_code == 404
    assert f'href="{reverse("comparison-methods")}">Methods and export</a></p>' in (
        forgotten.content.decode()
    )


def test_nobody_else_sees_that_there_is_one(cast, client_for, browser, many):
    browser.post(reverse("comparison-ask-file"))
    job = CohortJob.objects.get()
    for route in ("comparison-file", "comparison-file-progress"):
        where, nowhere = (reverse(route, args=[pk]) for pk in (job.pk, uuid.uuid4()))
        other = client_for(cast.surgeon_a)
        theirs, nobodys = other.get(where), other.get(nowhere)
        assert theirs.status_code == nobodys.status_code == 404
        told, none = (re.sub(NONCE, "", one.content.decode()) for one in (theirs, nobodys))
        assert told == none
        assert browser.get(where).status_code == 200
