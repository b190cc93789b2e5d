"""A part "examined today, unchanged" through the API: copied by the server, or refused (422)."""

import datetime as dt

import pytest

from outcomes.models import DataQuery, Visit
from tests.api.client import Api, new_id, path
from tests.support.alerts import an_alert, answer_all
from tests.support.cast import SURGERY
from tests.support.copies import Once

pytestmark = pytest.mark.one_database  # compared value by value, as the rules do it

FULL = {
    "motor": {"basis": "weakest_key_muscle",
              "right": {"grade": "4-", "muscles": {"L2": 4, "L3": {"not_testable": "pain"}}},
              "left": {"grade": "5"}},
    "sensation": {"right": "reduced", "left": "normal", "saddle": "normal"},
    "bladder": {"method": "normal_voiding", "awareness": "yes", "incontinence": "no",
                "pvr_ml": 40, "pvr_method": "scan", "retention_plan": "clean catheter at night",
                "urinary_infection": "no", "description": "as before"},
    "bowel": {"incontinence": "no", "constipation": "yes", "anal_tone": "preserved",
              "voluntary_contraction": "yes"},
    "walking": {"fac": 3, "aid": "walker", "walks_alone": False},
    "pain": {"back": 0, "right_leg": 4, "left_leg": 2, "neuropathic": True},
    "spasticity": {"present": False},
    "wound": {"drainage": False, "postural_headache": False},
    "function": {"caregiver": "some_hours", "transfers": "supervision"},
}  # fmt: skip
SAME = {"unchanged": True}
COPIES = {
    "motor": FULL["motor"],
    "sensation": {"right": "reduced", "left": "normal"},
    "bladder": {"method": "normal_voiding", "awareness": "yes", "incontinence": "no"},
    "bowel": {"incontinence": "no", "constipation": "yes"},
    **{part: FULL[part] for part in ("walking", "pain", "spasticity", "wound", "function")},
}


def a_visit(day=91, **parts):
    date = str(SURGERY + dt.timedelta(days=day))
    return {"id": new_id(), "kind": "unscheduled", "mode": "in_person", "date": date} | parts


@pytest.fixture
def ha(cast):
    return cast.ha


@Once
def in_every_part(cast):
    visit = a_visit(50, **FULL)
    assert Api(cast.physician_a).post(path(cast.ha, "visits"), visit).status == 201
    answer_all(cast.ha, cast.physician_a)
    return visit["id"]


@pytest.fixture
def followed(cast, ha):
    """Ha, examined in every part 50 days after the operation."""
    in_every_part(cast)
    return ha


def refused(answer):
    assert answer.status == 422, answer.raw.content
    return [(e["pointer"], e["code"]) for e in answer.json["errors"]]


@pytest.mark.parametrize("part", COPIES)
def test_the_server_copies_what_may_be_copied_and_keeps_how(physician, followed, part):
    answer = physician.post(path(followed, "visits"), a_visit(**{part: SAME}))
    assert answer.status == 201, answer.raw.content
    assert {k: v for k, v in answer.json[part].items() if v is not None} == COPIES[part] | SAME
    assert getattr(Visit.objects.get(pk=answer.json["id"]), f"{part}_unchanged") is True


def test_what_is_never_copied_can_be_given_with_it(physician, followed):
    sent = a_visit(
        sensation=SAME | {"saddle": "reduced"},
        bladder=SAME | {"pvr_ml": 90, "pvr_method": "catheter"},
        bowel=SAME | {"anal_tone": "decreased"},
    )
    answer = physician.post(path(followed, "visits"), sent)
    assert answer.json["sensation"] == COPIES["sensation"] | SAME | {"saddle": "reduced"}
    assert answer.json["bladder"]["pvr_ml"] == 90
    assert answer.json["bowel"]["anal_tone"] == "decreased"


def test_a_residual_is_given_or_said_why_not(physician, followed):
    told = SAME | {"pvr_not_done": "declined"}
    answer = physician.post(path(followed, "visits"), a_visit(bladder=told))
    assert answer.json["bladder"]["pvr_not_done"] == "declined"
    both = physician.post(path(followed, "visits"), a_visit(bladder=told | {"pvr_ml": 40}))
    assert refused(both) == [("/bladder/pvr_not_done", "not_done_with_findings")]


@pytest.mark.parametrize(
    ("part", "given", "where"),
    [
        pytest.param("motor", {"right": {"grade": "4"}}, "/motor/right/grade", id="grade"),
        pytest.param("motor", {"basis": "gestalt"}, "/motor/basis", id="basis"),
        pytest.param(
            "motor", {"right": {"muscles": {"L3": 4}}}, "/motor/right/muscles/L3", id="muscle"
        ),
        pytest.param("sensation", {"left": "absent"}, "/sensation/left", id="sensation"),
        pytest.param("pain", {"back": 1}, "/pain/back", id="pain above zero"),
        pytest.param("spasticity", {"present": True}, "/spasticity/present", id="yes for no"),
        pytest.param("walking", {"wisci": 4}, "/walking/wisci", id="not recorded last time"),
    ],
)
def test_a_value_that_is_not_the_last_one_is_refused(physician, followed, part, given, where):
    answer = physician.post(path(followed, "visits"), a_visit(**{part: SAME | given}))
    assert refused(answer) == [(where, "not_unchanged")]


@pytest.mark.parametrize("part", COPIES)
def test_the_last_values_may_be_sent_with_it(physician, followed, part):
    sent = a_visit(**{part: SAME | COPIES[part]})
    assert physician.post(path(followed, "visits"), sent).status == 201


@pytest.mark.parametrize("part", COPIES)
def test_nothing_to_copy_is_refused(physician, cast, part):
    answer = physician.post(path(cast.ji, "visits"), a_visit(**{part: SAME}))
    assert refused(answer) == [(f"/{part}/unchanged", "nothing_to_copy")]


def test_strength_is_never_found_unchanged_remotely(physician, followed):
    answer = physician.post(path(followed, "visits"), a_visit(mode="remote", motor=SAME))
    assert ("/motor", "remote_grade") in refused(answer)
    touch = physician.post(path(followed, "visits"), a_visit(mode="remote", sensation=SAME))
    assert refused(touch) == [("/sensation/unchanged", "remote")]
    told = physician.post(path(followed, "visits"), a_visit(mode="remote", pain=SAME))
    assert told.status == 201


def test_a_visit_that_does_not_say_how_it_was_held_cannot_copy_strength(physician, followed):
    sent = {k: v for k, v in a_visit(motor=SAME).items() if k != "mode"}
    assert refused(physician.post(path(followed, "visits"), sent)) == [
        ("/motor/unchanged", "mode_unknown")
    ]


def test_the_first_examination_after_an_operation_is_entered(cast, physician, followed):
    revision = {"id": new_id(), "kind": "revision", "date": str(SURGERY + dt.timedelta(days=70))}
    before = a_visit(69, motor=SAME)
    assert physician.post(path(followed, "procedures"), revision).status == 201
    assert physician.post(path(followed, "visits"), before).status == 201
    first = physician.post(path(followed, "visits"), a_visit(71, motor=SAME))
    assert refused(first) == [("/motor/unchanged", "first_after_surgery")]
    entered = a_visit(71, motor={"right": {"grade": "3"}})
    assert physician.post(path(followed, "visits"), entered).status == 201
    answer_all(followed, cast.physician_a)
    assert physician.post(path(followed, "visits"), a_visit(80, motor=SAME)).status == 201
    still = physician.post(path(followed, "visits"), a_visit(80, pain=SAME))
    assert refused(still) == [("/pain/unchanged", "first_after_surgery")]


@pytest.mark.parametrize("value", [False, "yes", 1, None])
def test_it_is_true_or_left_out(physician, followed, value):
    answer = physician.post(path(followed, "visits"), a_visit(pain={"unchanged": value}))
    assert refused(answer)[0][0] == "/pain/unchanged"


def test_not_done_and_unchanged_exclude_each_other(physician, followed):
    sent = a_visit(pain=SAME | {"not_done": "declined"})
    assert refused(physician.post(path(followed, "visits"), sent)) == [
        ("/pain", "not_done_with_findings")
    ]


@pytest.mark.parametrize("part", ["vitals", "safety", "ais"])
def test_parts_that_measure_or_tell_of_events_do_not_have_it(physician, followed, part):
    answer = physician.post(path(followed, "visits"), a_visit(**{part: SAME}))
    assert refused(answer) == [(f"/{part}/unchanged", "extra_forbidden")]


def test_sent_again_it_gives_the_first_answer_whatever_happened_since(physician, followed):
    sent = a_visit(91, motor=SAME)
    first = physician.post(path(followed, "visits"), sent)
    lower = a_visit(90, motor={"basis": "gestalt", "right": {"grade": "1"}})
    assert physician.post(path(followed, "visits"), lower).status == 201
    again = physician.post(path(followed, "visits"), sent)
    assert (again.status, again.json) == (201, first.json)


def test_a_note_can_be_added_whatever_happened_since(cast, physician, followed):
    """What was accepted once stays accepted; what is said anew is looked at anew."""
    visit = physician.post(path(followed, "visits"), a_visit(91, pain=SAME)).json
    lower = a_visit(90, pain={"back": 9})
    assert physician.post(path(followed, "visits"), lower).status == 201
    where = f"visits/{visit['id']}/"
    noted = physician.amend(where, note="Seen with the daughter.")
    assert noted.status == 200, noted.raw.content
    assert noted.json["pain"] == visit["pain"]
    answer_all(followed, cast.physician_a)
    anew = physician.amend(where, pain=SAME)
    assert anew.json["pain"]["back"] == 9
    wrong = physician.amend(where, pain=SAME | {"back": 0})
    assert refused(wrong) == [("/pain/back", "not_unchanged")]


def anew(part):
    """Says why a part that nobody touched is refused, and what to do."""
    return f"/{part}/unchanged", "judged_anew"


def test_a_visit_that_is_moved_past_the_operation_is_judged_anew(cast, physician, followed):
    """Before the revision it was unchanged; after it, it would be the first examination."""
    revision = {"id": new_id(), "kind": "revision", "date": str(SURGERY + dt.timedelta(days=70))}
    assert physician.post(path(followed, "procedures"), revision).status == 201
    visit = physician.post(path(followed, "visits"), a_visit(69, motor=SAME)).json
    where, after = f"visits/{visit['id']}/", str(SURGERY + dt.timedelta(days=71))
    moved = physician.amend(where, date=after)
    assert refused(moved) == [("/motor/unchanged", "first_after_surgery"), anew("motor")]
    assert physician.amend(where, date=after, motor={"not_done": "no_time"}).status == 200


def test_a_visit_that_is_moved_to_other_last_values_is_judged_anew(cast, physician, followed):
    visit = physician.post(path(followed, "visits"), a_visit(60, pain=SAME)).json
    other = {"back": 3, "right_leg": 4, "left_leg": 2, "neuropathic": True, "period": "worst_24h"}
    assert physician.post(path(followed, "visits"), a_visit(65, pain=other)).status == 201
    answer_all(followed, cast.physician_a)
    where = f"visits/{visit['id']}/"
    moved = physician.amend(where, date=str(SURGERY + dt.timedelta(days=70)))
    differ = [("/pain/back", "not_unchanged"), ("/pain/period", "not_unchanged")]
    assert refused(moved) == [*differ, anew("pain")]
    near = physician.amend(where, date=str(SURGERY + dt.timedelta(days=61)))
    assert near.status == 200, near.raw.content


@pytest.mark.parametrize(
    "change", [{"date": str(SURGERY + dt.timedelta(days=92))}, {"time": "09:00"},
               {"kind": "3mo"}, {"mode": "remote"}], ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_places_a_visit_is_not_changed_while_an_alert_is_open(physician, followed, change):
    visit = physician.post(path(followed, "visits"), a_visit(91, walking=SAME)).json
    an_alert(followed)
    where = f"visits/{visit['id']}/"
    told = refused(physician.amend(where, **change))
    assert told == [("/walking/unchanged", "alert_open"), anew("walking")]
    assert physician.amend(where, note="Seen with the daughter.").status == 200


def test_how_a_visit_was_held_is_judged_anew(physician, followed):
    visit = physician.post(path(followed, "visits"), a_visit(91, sensation=SAME)).json
    answer = physician.amend(f"visits/{visit['id']}/", mode="remote")
    assert refused(answer) == [("/sensation/unchanged", "remote"), anew("sensation")]


def open_queries(visit):
    rows = DataQuery.objects.open().filter(record=visit["id"], rule="unchanged_source")
    return list(rows.values_list("part", flat=True))


def test_a_source_that_is_amended_asks_about_its_copy(cast, physician, followed):
    source = physician.post(path(followed, "visits"), a_visit(60, pain=FULL["pain"])).json
    copy = physician.post(path(followed, "visits"), a_visit(91, pain=SAME)).json
    assert open_queries(copy) == []
    where = f"visits/{source['id']}/"
    assert physician.amend(where, pain=FULL["pain"] | {"back": 8}).status == 200
    assert open_queries(copy) == ["pain"]
    assert physician.amend(where, pain=FULL["pain"]).status == 200
    assert open_queries(copy) == []


def test_an_operation_between_asks_about_the_copy(physician, followed):
    copy = physician.post(path(followed, "visits"), a_visit(91, motor=SAME, pain=SAME)).json
    revision = {"id": new_id(), "kind": "revision", "date": str(SURGERY + dt.timedelta(days=70))}
    assert physician.post(path(followed, "procedures"), revision).status == 201
    assert sorted(open_queries(copy)) == ["motor", "pain"]


@pytest.mark.parametrize("part", COPIES)
def test_while_an_alert_is_open_everything_is_examined(physician, followed, cast, part):
    an_alert(followed, by=cast.physician_a, answered=True)
    assert physician.post(path(followed, "visits"), a_visit(**{part: SAME})).status == 201
    an_alert(cast.ji)
    assert physician.post(path(followed, "visits"), a_visit(**{part: SAME})).status == 201
    an_alert(followed)
    answer = physician.post(path(followed, "visits"), a_visit(**{part: SAME}))
    assert refused(answer) == [(f"/{part}/unchanged", "alert_open")]
