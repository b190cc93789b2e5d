"""Marks text for translation without knowing Django; presenters translate it."""


def gettext_noop(text: str) -> str:
    return text
