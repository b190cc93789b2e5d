"""Work out what the comparison reads of every patient anew, and say where it differed."""

from outcomes.actions import cohort_rows
from outcomes.management.rebuilding import Rebuild


class Command(Rebuild):
    help = __doc__
    name, rebuild = "rebuild_comparison", staticmethod(cohort_rows.rebuild)
