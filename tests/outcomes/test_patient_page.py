import datetime as dt
import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes import published
from patients.models import AuditEvent
from tests.support.cast import SURGERY, enrol, now
from tests.support.one_by_one import enter_at_once

PHONE_AND_DESKTOP = 2


def at(patient_id):
    return f"/patients/{patient_id}/"


def on(day):
    return str(SURGERY + dt.timedelta(days=day))


def document(path, /, **content):
    return {"kind": path, "document": {"id": str(uuid.uuid4()), **content}}


def visit(day, /, **parts):
    return document("visits", kind="unscheduled", date=on(day), **parts)


def graded(right, left, basis="gestalt"):
    return {"basis": basis, "right": {"grade": right}, "left": {"grade": left}}


OPERATED = (
    ("procedures", {"kind": "cement", "date": on(-2), "time": "09:00"}),
    ("procedures", {"kind": "decompression", "date": on(0), "time": "05:00"}),
)


@pytest.fixture
def show(cast, client_for):
    """The page of a new patient with these documents, as its physician reads it."""

    def shown(*documents, operated=True, **facts):
        patient = enrol(f"X-{uuid.uuid4().hex[:8]}", cast.seoul, cast.physician_a, **facts)
        surgery = [document(path, **content) for path, content in OPERATED if operated]
        enter_at_once(patient, [*surgery, *documents], now(cast.physician_a))
        return read(client_for(cast.physician_a).get(at(patient.pk)))

    return shown


@pytest.fixture
def baek(cast, client_for):
    return read(client_for(cast.physician_a).get(at(cast.baek.pk)))


class Page:
    """An answer as a reader sees it: its words, or those of one section."""

    def __init__(self, source):
        self.source = source

    @property
    def words(self):
        return _plain(re.sub(r"<svg.*?</svg>", " ", self.source, flags=re.S))

    def section(self, name):
        found = re.search(rf'<(section|figure)[^>]* id="{name}".*?</\1>', self.source, flags=re.S)
        return _plain(re.sub(r"<svg.*?</svg>", " ", found[0], flags=re.S))

    def drawings(self, name):
        return re.findall(rf'<svg[^>]*aria-labelledby="{name}-\w+-t".*?</svg>', self.source, re.S)


def read(answer):
    assert answer.status_code == 200
    return Page(answer.content.decode())


def _plain(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


# ---------------------------------------------------------------- who may read it


@pytest.mark.parametrize("name", ["physician_a", "therapist_a", "surgeon_a"])
def test_who_may_open_the_record_reads_the_page(cast, client_for, name):
    answer = client_for(cast.users[name]).get(at(cast.ha.pk))
    assert answer.status_code == 200
    assert "A-001" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["physician_b", "administrator_a", "reports", "revoked", "expired"]
)
def test_to_everyone_else_the_patient_does_not_exist(cast, client_for, name):
    client = client_for(cast.users[name])
    foreign, missing = (client.get(at(pk)) for pk in (cast.ha.pk, uuid.uuid4()))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert _unlike(foreign) == _unlike(missing)


def _unlike(answer):
    """The body without what differs from one answer to the next anyway."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_a_surgeon_reads_only_the_patients_operated_on(cast, client_for):
    client = client_for(cast.surgeon_a)
    assert client.get(at(cast.ha.pk)).status_code == 200
    assert client.get(at(cast.ji.pk)).status_code == 404


def test_who_has_not_signed_in_is_asked_to(cast, client_for):
    answer = client_for(None).get(at(cast.ha.pk))
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_only_reading_is_allowed(cast, client_for):
    assert client_for(cast.physician_a).post(at(cast.ha.pk)).status_code == 405


def test_each_view_leaves_one_event_and_a_refused_one_its_own(cast, client_for):
    clients = [client_for(user) for user in (cast.therapist_a, cast.physician_b)]
    last = AuditEvent.objects.order_by("pk").last().pk
    for client in clients:
        client.get(at(cast.ha.pk))
    events = AuditEvent.objects.filter(pk__gt=last, patient_id=cast.ha.pk).order_by("pk")
    assert [(event.action, event.by) for event in events] == [
        ("patient.view", cast.therapist_a), ("denied.get", cast.physician_b),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["physician_a", "therapist_a", "surgeon_a"])
def test_the_visit_form_is_offered_to_those_who_may_record(cast, client_for, name):
    page = read(client_for(cast.users[name]).get(at(cast.ha.pk)))
    assert f"/patients/{cast.ha.pk}/visits/new/" in page.source


# ---------------------------------------------------------------- cost


def queries_with(cast, client_for, visits):
    patient = enrol(f"Q-{visits}", cast.seoul, cast.physician_a)
    surgery = [document(path, **content) for path, content in OPERATED]
    rows = [visit(day, motor=graded("3", "3")) for day in range(1, visits + 1)]
    rows += [
        document("labs", analyte="crp", value="5", unit="mg/L", specimen_at=on(day))
        for day in range(1, visits + 1)
    ]
    rows += [
        document(
            "medications",
            drug="ibandronic acid",
            doses=[{"id": str(uuid.uuid4()), "date": on(day)}],
        )
        for day in range(1, visits + 1)
    ]
    enter_at_once(patient, [*surgery, *rows], now(cast.physician_a))
    client = client_for(cast.physician_a)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(at(patient.pk))
    assert answer.status_code == 200
    return [query["sql"] for query in caught]


def test_thirty_visits_cost_as_many_queries_as_two(cast, client_for):
    few, many = (queries_with(cast, client_for, visits) for visits in (2, 30))
    assert len(few) == len(many), "\n".join(many)
    assert len(many) <= 35


# ---------------------------------------------------------------- works without scripts


def test_every_jump_link_leads_to_a_section_that_is_there(cast, client_for):
    for name in ("physician_a", "therapist_a"):
        source = client_for(cast.users[name]).get(at(cast.ha.pk)).content.decode()
        jumps = re.findall(
            r'href="#([\w-]+)"', re.search(r'<nav class="jump".*?</nav>', source, re.S)[0]
        )
        assert len(jumps) >= 8
        for target in jumps:
            assert f'id="{target}"' in source, target


def test_the_page_needs_no_inline_style_or_script(cast, client_for):
    for patient in (cast.baek, cast.synthetic, cast.ha):
        source = read(client_for(cast.physician_a).get(at(patient.pk))).source
        assert not re.findall(r"\sstyle=|<style|\son\w+=", source)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_each_chart_is_drawn_for_phone_and_desktop_with_its_data_as_a_table(cast, client_for):
    page = read(client_for(cast.physician_a).get(at(cast.synthetic.pk)))
    for name in ("recovery", "published", "bladder", "labs", "walking_pain"):
        assert len(page.drawings(name)) == PHONE_AND_DESKTOP
        assert "The same data as a table" in page.section(f"chart-{name}")
        assert f'/figures/{name}/"' in page.source


def test_what_people_typed_is_text_and_never_markup(show):
    attack = "<img src=x onerror=alert(1)>"
    page = show(
        visit(5, motor=graded("2", "2"), note=attack, bladder={"description": attack}),
        document("medications", drug=attack),
        document("labs", analyte="esr", interpretation="A", verbatim=attack, specimen_at=on(3)),
        name=attack,
    )
    assert "<img" not in page.source
    assert attack in page.words


# ---------------------------------------------------------------- who and when


def test_the_header_says_who_it_is(show):
    page = show(name="Ha", record_number="R7", birth_date="1941-03-02", sex="female")
    assert "R7" in page.words
    assert "born 1941-03-02" in page.words
    assert "female" in page.words


def test_what_the_header_lacks_is_said(show):
    assert "Record number not recorded" in show().words


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({"origin": "synthetic"}, "Synthetic data: not a real person", id="synthetic"),
        pytest.param(
            {"origin": "published", "literature_id": "C8"}, "Published case C8", id="published"
        ),
        pytest.param({"status": "died", "died_on": on(40)}, f"Died {on(40)}", id="died"),
        pytest.param({"status": "transferred"}, "Transferred", id="transferred"),
    ],
)
def test_what_sets_a_record_apart_is_a_badge(show, facts, said):
    assert said in show(**facts).words


def test_the_clocks_of_known_times(show):
    page = show(visit(14))
    assert "From cement to decompression 44 hours" in page.words
    assert "Since decompression, at the last visit Day 14" in page.words
    assert "day 16 since the cement" in page.words


def test_a_civil_date_without_a_time_gives_bounds_and_no_best_hour(show):
    cement = document("procedures", kind="cement", date=on(-1))
    decompression = document("procedures", kind="decompression", date=on(0))
    page = show(cement, decompression, operated=False)
    assert "From cement to decompression 0 to 48 hours" in page.words


def test_the_clock_does_not_run_on_after_a_death(show):
    page = show(visit(14), status="died", died_on=on(40))
    assert "Since decompression, today" not in page.words


def test_without_operation_nothing_is_counted_from_one(show):
    cement = document("procedures", kind="cement", date=on(0), time="09:00")
    page = show(cement, visit(10, motor=graded("2", "2")), operated=False)
    assert "From cement to decompression Not operated" in page.words
    assert "Since the cement, at the last visit Day 10" in page.words
    assert "No operation to decompress the leaked cement." in page.section("outcome")


def test_a_choice_of_index_that_cannot_be_made_is_said(show):
    twice = [
        document("procedures", kind="decompression", timing={"status": "not_reported"})
        for _ in range(2)
    ]
    cement = document("procedures", kind="cement", date=on(0))
    page = show(cement, *twice, operated=False)
    assert "Cannot tell which operation" in page.words
    assert "It is not known which operation was the first" in page.section("outcome")


def test_a_record_without_anything_says_so_everywhere(cast, client_for):
    page = read(client_for(cast.physician_a).get(at(cast.ji.pk)))
    for words in (
        "Cement procedure not recorded",
        "Cannot tell",
        "No examination to compare with.",
        "No leg strength has been recorded yet.",
        "Nothing about the bladder has been recorded yet.",
        "No laboratory results have been recorded yet.",
        "Nothing about walking or pain has been recorded yet.",
        "No visit recorded.",
        "No medication recorded.",
        "No operation recorded.",
        "No complication recorded.",
        "No milestone recorded.",
        "Nothing recorded of the time before.",
        "No measurement recorded.",
        "No imaging recorded.",
        "Research not recorded",
    ):
        assert words in page.words, words
    assert "Decision support, not diagnosis." in page.words


# ---------------------------------------------------------------- outcome


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        pytest.param(
            [(-1, graded("2", "3")), (60, graded("4", "3"))],
            "Improved Likely: a leg changed by two grades or more.",
            id="two grades up",
        ),
        pytest.param(
            [(-1, graded("2", "3")), (60, graded("3", "3"))],
            "Improved Possible: no leg changed by more than one grade.",
            id="one grade up",
        ),
        pytest.param(
            [(-1, graded("3", "3")), (60, graded("2", "3"))], "Worse Possible", id="one down"
        ),
        pytest.param(
            [(-1, graded("3", "3")), (60, graded("2", "4"))],
            "Mixed: one leg better, one worse",
            id="one up and one down",
        ),
        pytest.param([(-1, graded("3", "3")), (60, graded("3", "3"))], "Unchanged", id="same"),
        pytest.param(
            [(-1, graded("3", "3")), (60, {"right": {"grade": "3"}})],
            "A leg has no grade in one of the two examinations.",
            id="a leg missing",
        ),
        pytest.param(
            [(-1, graded("3", "3")), (60, graded("4", "4", "weakest_key_muscle"))],
            "The leg grades stand for different things, or for one it was not stated",
            id="different bases",
        ),
        pytest.param(
            [(60, graded("3", "3"))],
            "Cannot tell No examination to compare with.",
            id="no baseline",
        ),
        pytest.param(
            [(-1, graded("3", "3"))], "Cannot tell No examination since then.", id="no follow-up"
        ),
    ],
)
def test_the_outcome_and_what_it_stands_on(show, visits, said):
    page = show(*(visit(day, motor=motor) for day, motor in visits))
    assert said in page.section("outcome")


def test_a_leg_at_the_ceiling_has_no_ratio(show):
    page = show(visit(-1, motor=graded("2", "5")), visit(60, motor=graded("3", "5")))
    assert "Left leg 5 5 no change at ceiling" in page.section("outcome")


def test_the_first_examination_is_kept_apart_from_the_baseline(cast, client_for):
    patient = enrol("F-1", cast.seoul, cast.physician_a)
    documents = [
        document("procedures", kind="cement", date=on(-10), time="09:00"),
        document("procedures", kind="decompression", date=on(0), time="05:00"),
        visit(-9, motor=graded("4", "4")),
        visit(-1, motor=graded("2", "2")),
        visit(60, motor=graded("4", "4")),
    ]
    enter_at_once(patient, documents, now(cast.physician_a))
    outcome = read(client_for(cast.physician_a).get(at(patient.pk))).section("outcome")
    assert "Right leg 2 4 +2" in outcome
    assert "kept apart" in outcome
    assert "right 4, left 4" in outcome


# ---------------------------------------------------------------- what is missing


def test_what_was_not_done_has_its_reason_and_what_was_not_recorded_is_named(show):
    page = show(
        visit(
            5,
            motor={"right": {"not_testable": "pain"}, "left": {"grade": "3"}},
            sensation={"left": "reduced"},
            bowel={"not_done": "declined"},
        )
    )
    missing = page.section("not-examined")
    assert "Not done. Bowel: declined" in missing
    assert "Not testable. Right leg: not testable: pain" in missing
    assert "Sensation: right leg, saddle area" in missing
    not_recorded = missing.partition("Not recorded.")[2]
    assert "Bladder, Walking, Pain" in not_recorded
    assert "Bowel" not in not_recorded


def test_a_residual_is_not_missed_where_a_catheter_empties(show):
    voiding = show(visit(5, bladder={"method": "normal_voiding", "incontinence": "no"}))
    catheter = show(visit(5, bladder={"method": "indwelling_urethral", "incontinence": "no"}))
    assert "post-void residual" in voiding.section("not-examined")
    assert "post-void residual" not in catheter.section("not-examined")


def test_a_dose_not_reported_is_said_and_a_known_one_shown(show):
    page = show(
        document("medications", drug="celecoxib"),
        document(
            "medications", drug="tramadol", dose=50, dose_unit="mg", times_per_day=3, start=on(1)
        ),
    )
    drugs = page.section("medication")
    assert "celecoxib dose not reported, route not reported dates not reported" in drugs
    assert "tramadol 50 mg, 3 a day, route not reported" in drugs
    assert "no stop recorded" in drugs


# ---------------------------------------------------------------- the published case


def test_the_published_case_says_where_it_comes_from(baek):
    assert "doi 10.1186/s12891-021-04625-7" in baek.words


def test_the_published_case_has_both_clocks_with_their_uncertainty(baek):
    assert (
        "From cement to decompression About 56 days 49 to 63 days "
        "about 1,344 hours (1,176 to 1,512 hours) reported as “about eight weeks”" in baek.words
    )
    assert "Since decompression, at the last visit About day 365" in baek.words
    assert "Since decompression, today" not in baek.words


def test_the_published_case_improved_possibly_from_a_stale_baseline(baek):
    outcome = baek.section("outcome")
    assert "Improved Possible: no leg changed by more than one grade." in outcome
    assert "Stale baseline: examined about 35 days (28 to 42 days) before the operation" in outcome
    assert "Right leg 2 3 +1 0.33" in outcome
    assert "Left leg 4 4 no change 0.00" in outcome


def test_the_published_case_has_no_dose(baek):
    drugs = baek.section("medication")
    assert drugs.count("dose not reported") >= 5  # four courses and the injection
    told = re.findall(r'class="drug__dose">([^<]*)<', baek.source)
    assert len(told) == 4
    assert not [dose for dose in told if re.search(r"\d", dose)]


def without_labels(source):
    """The page without the medication card, which quotes the numbers of drug labels."""
    return re.sub(r'<section class="card" id="medication">.*?(?=id="operations")', "<p ", source,
                  flags=re.S)  # fmt: skip


def test_the_published_case_has_no_residual(baek):
    assert not re.search(r"\d+\s*mL", Page(without_labels(baek.source)).words)
    assert "post-void residual" in baek.section("not-examined")


def test_the_published_case_has_no_year_on_an_axis(baek):
    for name in ("recovery", "bladder", "labs", "walking_pain"):
        for drawing in baek.drawings(name):
            years = re.findall(r"(?<!Baek )\b(?:19|20)\d\d\b", _plain(drawing))
            assert years == []


# What the page works out from the report's own numbers, and why.
WORKED_OUT = {
    "1,344": "56 days in hours",
    "1,176": "49 days in hours",
    "1,512": "63 days in hours",
    "421": "day 365 counted from the cement, 56 days earlier",
    "0.33": "recovery ratio of the right leg, 1 of 3",
    "0.00": "recovery ratio of the left leg, 0 of 1",
    "0.25": "recovery ratio of both legs, 1 of 4",
}
# Numbers in the words of the page itself: scales, names of scales, the case and its citation.
NAMES = (
    r"grade 5|of 10|0–10|0–5|60 minutes|CYP2C9|C8|BMC Musculoskelet Disord 2021|doi \S+|Baek 2021"
)
UUIDS = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def test_the_published_case_shows_no_number_that_the_report_does_not_give(baek):
    without_cohort = re.sub(
        r'<figure[^>]* id="chart-published".*?</figure>',
        "",
        without_labels(baek.source),
        flags=re.S,
    )
    body = re.search(r"<main.*</main>", without_cohort, flags=re.S)[0]
    report = (published.FOLDER / "BAEK-2021.json").read_text("utf-8")
    shown = numbers(re.sub(NAMES, "", Page(body).words))
    assert shown - numbers(re.sub(UUIDS, "", report)) == set(WORKED_OUT)


def numbers(text):
    """Every number in a text, as it stands and without its sign."""
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))
