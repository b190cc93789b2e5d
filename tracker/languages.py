"""The languages that are spoken here, by code, each by its own name; plain Python.

A further one: add its line, then see "A further language" in README.md.
"""

LANGUAGES = {
    "en": "English",
    "ko": "한국어",
}
