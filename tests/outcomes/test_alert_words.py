"""What the rules say is marked for translation, word for word, and nothing else is."""

from outcomes.alert_words import ADVICE, TITLES
from outcomes.alerts import rule_words
from outcomes.reference import alert_rules


def test_titles_and_advice_are_those_of_the_reference_data():
    rules = alert_rules().values()
    assert list(TITLES) == list(dict.fromkeys(rule.title for rule in rules))
    assert list(ADVICE) == list(dict.fromkeys(rule.advice for rule in rules))


def test_they_are_shown_in_the_readers_language():
    told = rule_words("motor_fall", str.upper)
    assert told.title == "MUSCLE GRADE FELL"
    assert told.advice.startswith("RE-EXAMINE TODAY")


def test_a_rule_that_is_gone_keeps_its_name():
    assert rule_words("gone", str) == ("gone", "", False)
