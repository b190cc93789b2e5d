"""A site's own thresholds: set within what the reference data allow, and taken back."""

from decimal import Decimal

from django.db import transaction

from outcomes.reference import ThresholdDefault
from outcomes.rules.text import gettext_noop as _
from outcomes.thresholds import defaults
from patients import audit
from patients.documents.base import Refused
from patients.models import Site, Threshold
from patients.records import Asked

PLACES = 4  # of the column


def set_threshold(*, site: Site, key: str, value: Decimal, reason: str, asked: Asked) -> Threshold:
    """From now on the site uses its own value. Raises Refused outside of lower and upper."""
    _refuse_value(_known(key), value)
    return _keep(site, key, value, reason, "threshold.set", asked)


def clear_threshold(*, site: Site, key: str, reason: str, asked: Asked) -> Threshold:
    """From now on the site uses the default again; what it used before stays in the history."""
    _known(key)
    return _keep(site, key, None, reason, "threshold.clear", asked)


def _known(key: str) -> ThresholdDefault:
    if key not in defaults():
        raise Refused.at("key", code="unknown_threshold", message=_("Choose one of the list."))
    return defaults()[key]


def _refuse_value(default: ThresholdDefault, value: Decimal) -> None:
    bounds = {"lower": str(default.lower), "upper": str(default.upper)}
    if not (value.is_finite() and default.lower <= value <= default.upper):
        message = _("Give a value from {lower} to {upper}.")
        raise Refused.at("value", code="outside", message=message, **bounds)
    if default.whole and value != value.to_integral_value():
        raise Refused.at(
            "value", code="not_whole", message=_("Give a whole number, without a decimal part.")
        )
    if value != round(value, PLACES):
        message = _("Give at most {places} digits after the point.")
        raise Refused.at("value", code="too_precise", message=message, places=PLACES)


@transaction.atomic
def _keep(
    site: Site, key: str, value: Decimal | None, reason: str, action: str, asked: Asked
) -> Threshold:
    _refuse_reason(reason.strip())
    Site.objects.select_for_update().get(pk=site.pk)
    row = Threshold.objects.filter(site=site, key=key).first() or Threshold(site=site, key=key)
    row.value, row.reason = value, reason.strip()
    row._history_user = asked.by  # type: ignore[attr-defined]
    row.save()
    audit.record(by=asked.by, action=action, site=site)
    return row


def _refuse_reason(reason: str) -> None:
    most = Threshold._meta.get_field("reason").max_length or 0
    if not reason:
        message = _("Say why this site differs from the default.")
        raise Refused.at("reason", code="missing", message=message)
    if len(reason) > most:
        message = _("Shorten this to at most {most} characters.")
        raise Refused.at("reason", code="too_long", message=message, most=most)
    if not reason.isprintable():
        message = _("Remove line breaks and control characters.")
        raise Refused.at("reason", code="text", message=message)
