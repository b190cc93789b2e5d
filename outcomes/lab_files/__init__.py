"""Files of laboratory results, read into lines: plain Python, no Django, no clock, no database.

`read(content)` tells by the content itself whether it is HL7 v2, an XLSX workbook or delimited
text. Nothing is guessed: what cannot be read one way only is refused with what to do.
"""

from outcomes.lab_files.base import Line, Problem, Sheet, Unreadable
from outcomes.lab_files.reading import read, refuse_too_large

__all__ = ["Line", "Problem", "Sheet", "Unreadable", "read", "refuse_too_large"]
