"""While a form is filled it is asked beside its fields; the focus stays, nothing is blocked."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

YESTERDAY = str(dt.date.today() - dt.timedelta(days=1))


@pytest.fixture
def form(page_of: Callable[..., Page], records: dict[str, str]) -> Page:
    page = page_of("physician", **PHONE)
    page.goto(f"{records['SYN118-0002']}visits/new/full/")
    page.fill("#date", YESTERDAY)
    page.select_option("#kind", "unscheduled")
    return page


def test_a_question_stands_beside_its_field_and_goes_when_it_is_settled(form):
    form.select_option("#bladder-method", "indwelling_urethral")
    form.fill("#bladder-pvr_ml", "90")
    form.focus("#bladder-method")
    field = form.locator(".field", has=form.locator("#bladder-pvr_ml"))
    question = field.locator(".field-question")
    expect(question).to_contain_text("A residual needs voiding")
    expect(form.locator("form > p.visually-hidden[role=status]")).to_contain_text(
        "1 to check: A residual"
    )
    expect(form.locator("#bladder-method")).to_be_focused()
    told = form.locator("#bladder-pvr_ml").get_attribute("aria-describedby")
    assert question.get_attribute("id") in told.split()
    form.select_option("#bladder-method", "normal_voiding")
    form.locator("#bladder-method").blur()
    expect(form.locator(".field-question")).to_have_count(0)
    expect(form.locator("form > p.visually-hidden[role=status]")).to_have_text(
        "Nothing left to check."
    )


def test_what_is_impossible_is_said_at_once_and_what_is_empty_is_not(form):
    form.fill("#bladder-pvr_ml", "many")
    form.locator("#bladder-pvr_ml").blur()
    refused = form.locator(".field-question--refused")
    expect(refused).to_contain_text("“many” is not a whole number")
    assert form.locator("#bladder-pvr_ml").input_value() == "many"
