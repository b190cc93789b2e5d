from patients.text import gettext_noop

__all__ = ["gettext_noop"]
