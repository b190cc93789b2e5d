"""Work out what the work list reads of every patient anew, and say where it differed."""

from outcomes.actions import work_list
from outcomes.management.rebuilding import Rebuild


class Command(Rebuild):
    help = __doc__
    name, rebuild = "rebuild_work_list", staticmethod(work_list.rebuild)
