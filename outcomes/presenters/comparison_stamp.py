"""What a figure of the comparison stands on, in lines that leave the product with it."""

from outcomes.comparison import LIMITS, Comparison, limits_of
from outcomes.figures.base import Translate
from outcomes.presenters import comparison as presented
from outcomes.presenters import comparison_question as asked
from outcomes.presenters.comparison_words import counted, limits
from outcomes.reference import literature_version
from outcomes.rules.literature import Asked
from outcomes.rules.text import gettext_noop as _

PUBLISHED, OTHERS = "published", "others"
OF_RECOVERY = ("states", "recovery")


def lines(found: Comparison, figure: str, t: Translate) -> list[str]:
    """The question, how many people, versions and date, and what the figure is not."""
    said = [_shown(found, figure, t), _versions(found, figure, t)]
    if found.question.origin == "synthetic" and figure != PUBLISHED:
        said.insert(0, t(_("Synthetic data: not real people")))
    if figure.startswith(OF_RECOVERY):
        said.append(t(presented.EXPLORATORY))
    names = ", ".join(one.name for one in limits(t, limits_of_figure(found, figure)))
    said.append(t(_("An association, not an effect. Limits: {names}.")).format(names=names.lower()))
    return said


def limits_of_figure(found: Comparison, figure: str) -> tuple[str, ...]:
    """The published cases answer no question; of the others some are of recovery."""
    if figure == PUBLISHED:
        return LIMITS
    return limits_of(found.question, of_recovery=figure.startswith(OF_RECOVERY))


def _shown(found: Comparison, figure: str, t: Translate) -> str:
    if figure == PUBLISHED:
        cases = t(_("{n} published cases, individuals and no sample"))
        return cases.format(n=len(Asked.DOC.cases))
    return " · ".join((*asked.told(found.question, t), _people(found, figure, t)))


def _people(found: Comparison, figure: str, t: Translate) -> str:
    n = found.analysis.people
    many = _("{n} people, {both} of known timing and outcome")
    others = found.others
    if figure.endswith(OTHERS) and others is not None:
        counts = (presented.rounded(n, t) for n in (others.people, others.with_both))
        return t(many).format(**dict(zip(("n", "both"), counts, strict=True)))
    told = counted(n, _("1 person, {both} of known timing and outcome"), many)
    return t(told).format(n=n, both=found.analysis.with_both)


def _versions(found: Comparison, figure: str, t: Translate) -> str:
    literature = t(_("Literature {version}")).format(version=literature_version())
    parts = [literature, found.on.isoformat()]
    if figure != PUBLISHED:
        parts.insert(0, t(_("Data {version}")).format(version=found.version))
    return " · ".join(parts)
