"""What leaves the comparison: a figure as SVG, PNG or table, and a sheet of it as PDF.

Each stands on the question of its address. Who takes one is in the audit trail with whose records
were read for it.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outcomes import drawing, printing
from outcomes.comparison import Comparison, answer
from outcomes.comparison.population import Population
from outcomes.figures.base import Figure
from outcomes.figures.standalone import portable, standalone
from outcomes.pages import reader
from outcomes.pages.comparison.asking import asking, form
from outcomes.pages.comparison.drawings import drawings
from outcomes.pages.comparison.methods import paragraph
from outcomes.pages.comparison.recovery import grade_of
from outcomes.presenters import comparison as presented
from outcomes.presenters import comparison_stamp
from outcomes.presenters.comparison_words import limits
from outcomes.printing import CannotPrint
from patients import audit
from tracker import spreadsheets

FIRST = "timing"
STYLE = "report.css"


@dataclass(frozen=True, slots=True)
class Taken:
    """One figure of one answer, as it may leave the product."""

    name: str
    figure: Figure
    found: Comparison
    stamp: list[str]

    def file(self, content: bytes | str, kind: str, media_type: str) -> HttpResponse:
        answer = HttpResponse(content, content_type=media_type)
        answer["Content-Disposition"] = f'attachment; filename="{self._file_name()}.{kind}"'
        return answer

    def _file_name(self) -> str:
        """Without its ending. The published cases answer no question of the registry."""
        if self.name == comparison_stamp.PUBLISHED:
            return f"regain-{self.name}-{self.found.on}"
        return f"regain-{self.name}-{self.found.question.file_words()}-{self.found.on}"


@require_safe
@asking("figure")
def figure_svg(request: HttpRequest, population: Population) -> HttpResponse:
    taken = _take(request, population)
    return taken.file(standalone(taken.figure, taken.stamp), "svg", "image/svg+xml")


@require_safe
@asking("figure")
def figure_png(request: HttpRequest, population: Population) -> HttpResponse:
    taken = _take(request, population)
    made = _made(request, lambda: drawing.png(standalone(taken.figure, taken.stamp)))
    return made if isinstance(made, HttpResponse) else taken.file(made, "png", "image/png")


@require_safe
@asking("figure")
def figure_csv(request: HttpRequest, population: Population) -> HttpResponse:
    """The table that stands under the figure."""
    taken, out = _take(request, population), io.StringIO()
    spreadsheets.write(out, taken.figure.table.headers, taken.figure.table.rows)
    return taken.file(out.getvalue(), "csv", "text/csv; charset=utf-8")


@require_safe
@asking("figure")
def report(request: HttpRequest, population: Population) -> HttpResponse:
    """One sheet of A4: the figure, the exact sentences and counts, limits, methods, stamp."""
    taken = _take(request, population)
    html = render_to_string("surgeon/report.html", _sheet(taken, population), request)
    made = _made(request, lambda: printing.pdf(html, _style()))
    return made if isinstance(made, HttpResponse) else taken.file(made, "pdf", "application/pdf")


def _take(request: HttpRequest, population: Population) -> Taken:
    found = answer(population)
    name = request.GET.get("figure") or FIRST
    draw = drawings(population, found, grade_of(request)).get(name)
    if draw is None:
        raise Http404
    audit.record(by=reader(request), action="comparison.export", patient_ids=found.ids)
    stamp = comparison_stamp.lines(found, name, gettext)
    return Taken(name, draw(), found, stamp)


def _made(request: HttpRequest, make: Callable[[], bytes]) -> bytes | HttpResponse:
    """What was made; where the server lacks something, back to the page that says what."""
    try:
        return make()
    except CannotPrint as why:
        messages.error(request, gettext(str(why)))
        query = request.GET.copy()
        for own in ("figure", "grade"):
            query.pop(own, None)
        return redirect(f"{reverse('comparison-methods')}?{query.urlencode()}")


def _sheet(taken: Taken, population: Population) -> dict[str, object]:
    """Beside the published cases stands no number of anybody else: it would be read as theirs."""
    found = taken.found
    question, analysis = found.question, found.analysis
    sheet: dict[str, object] = {
        "figure": taken.figure,
        # the renderer escapes every text it is given
        "drawing": None if taken.figure.empty else mark_safe(portable(taken.figure)),
        "limits": limits(gettext, comparison_stamp.limits_of_figure(found, taken.name)),
        "stamp": taken.stamp,
    }
    if taken.name == comparison_stamp.PUBLISHED:
        return sheet
    return (
        form(question)
        | sheet
        | {
            "sentences": presented.sentences(analysis, question, gettext),
            "shares": presented.shares(analysis, question, gettext),
            "analysed": presented.analysed(found, gettext),
            "analysis": analysis,
            "methods": paragraph(found, population),
        }
    )


def _style() -> str:
    with open(str(finders.find(STYLE)), encoding="utf-8") as file:
        return file.read()
