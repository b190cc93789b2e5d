"""The advice on a warning sign, wherever a page of the phone has to give it."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from outcomes.presenters import warning_signs as presenter
from patients.models import Site

register = template.Library()


@register.simple_tag
def warning_sign(site: Site, code: str) -> presenter.SignWords:
    """What to do about one sign, and whom to call, with the site's numbers."""
    found = presenter.signs(site, [], timezone.now(), gettext)
    return next(one for one in found if one.sign == code)
