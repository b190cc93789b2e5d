"""The files of the comparison: every column there is, once, with what it means.

The table is the allowlist of the export and its data dictionary. Nothing that was typed freely, no
date, name or number of a record has a column.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from outcomes.rules.anonymity import FEWEST_ALIKE, FEWEST_HOURS
from outcomes.rules.cohort_analysis import (
    DEATH_UNKNOWN,
    DUE_UNKNOWN,
    NO_WEAKER_LEG,
    NOT_RECORDED,
    NOT_YET_DUE,
)
from outcomes.rules.cohort_question import FILTERS, ORIGINS, OUTCOMES, UNKNOWN, parameters
from outcomes.rules.cohort_summary import (
    BEFORE_OPERATION,
    MISSED,
    NOT_OPERATED,
    UNDECIDED,
    Band,
)
from outcomes.rules.text import gettext_noop as _
from outcomes.rules.values import Status

PEOPLE, OTHERS = "people", "others"
TABLES = (PEOPLE, OTHERS)
WITHHELD_FIRST = ("etiology", "technique", "level", "age_band")
"""What could tell who somebody is, in the order in which it is withheld."""
BAND_ONLY, KNOWN, DIED, SUPPRESSED = "band_only", "known", "died", "suppressed"
YES, NO = "yes", "no"
_GRADE = "0–5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`meaning` and `source` are words to translate; `values` are codes as they stand in the file.

    A cell is empty where nothing is known, never zero or no.
    """

    name: str
    type: str
    unit: str = ""
    values: str = ""
    meaning: str
    source: str


def _codes(codes: Iterable[str]) -> str:
    return " | ".join(code for code in codes if code != UNKNOWN)


DRAWN = _("Drawn at random for this file")
ASKED = _("The question of the file")
RECORD = _("Record of the person")
PROCEDURES = _("Times of the events and of the incision")
EXAMINATION = _("Examination picked by the analysis window")
COUNTED = _("Counted over records that the reader may not open")
_OUTCOME_SCALES = ", ".join(f"{name} {scale.low}–{scale.high}" for name, scale in OUTCOMES.items())

_WITHOUT = (
    NOT_RECORDED, UNDECIDED, MISSED, NOT_YET_DUE, DUE_UNKNOWN, DEATH_UNKNOWN, NOT_OPERATED,
    BEFORE_OPERATION, NO_WEAKER_LEG,
)  # fmt: skip
_OF_PEOPLE = (
    Column(name="id", type="text", source=DRAWN,
           meaning=_("Another in every file; leads to no record and to no other file.")),
    Column(name="origin", type="code", values=_codes(ORIGINS), source=RECORD,
           meaning=_("Registry: a real person. Synthetic: made up by the simulation.")),
    Column(name="age_band", type="code", unit="years", values=_codes(FILTERS["age_band"]),
           source=RECORD, meaning=_("Age at the decompression, otherwise at the cement.")),
    Column(name="level", type="codes", values="T1–T12 | L1–L5 | S1 | S2", source=RECORD,
           meaning=_("Vertebral levels of the fracture, several joined by a comma.")),
    Column(name="etiology", type="code", values=_codes(FILTERS["etiology"]), source=RECORD,
           meaning=_("Why the vertebra was treated.")),
    Column(name="technique", type="code", values=_codes(FILTERS["technique"]), source=RECORD,
           meaning=_("Technique of the first decompression.")),
    Column(name="withheld", type="codes", values=_codes(WITHHELD_FIRST), source=DRAWN,
           meaning=_("Traits left empty to protect the person, joined by a semicolon: of real "
                     "people, fewer than {alike} would be alike in age band, level, etiology and "
                     "technique. Any other empty trait is not recorded.")),
    Column(name="operated", type="yes or no", values=f"{YES} | {NO}", source=PROCEDURES,
           meaning=_("Whether the person was decompressed.")),
    Column(name="band", type="code", values=_codes(Band), source=PROCEDURES,
           meaning=_("Hours from the event of “exposure” to the incision: day at most 24; week "
                     "over 24, at most 7 days; later over 7 days; over_a_day over 24, astride 7 "
                     "days; unclassifiable bounds astride 24.")),
    Column(name="hours", type="number", unit="h", source=PROCEDURES,
           meaning=_("Best value of the hours, where there is one; never a midpoint. Empty where "
                     "fewer than {hours} real people share the band.")),
    Column(name="hours_lower", type="number", unit="h", source=PROCEDURES,
           meaning=_("At least so many hours.")),
    Column(name="hours_upper", type="number", unit="h", source=PROCEDURES,
           meaning=_("At most so many hours.")),
    Column(name="hours_status", type="code", values=_codes((*Status, BAND_ONLY)),
           source=PROCEDURES,
           meaning=_("How well the hours are known; band_only where they are withheld.")),
    Column(name="first_worst_leg", type="integer", unit="MRC grade", values=_GRADE,
           source=_("First examination after the cement"), meaning=_("Grade of the worse leg.")),
    Column(name="baseline_worst_leg", type="integer", unit="MRC grade", values=_GRADE,
           source=_("Last examination before the incision"),
           meaning=_("Grade of the worse leg.")),
    Column(name="outcome", type="integer", values=_OUTCOME_SCALES, source=EXAMINATION,
           meaning=_("On the scale of “outcome_asked”; higher is better. Empty for the dead, who "
                     "rank below every value.")),
    Column(name="outcome_status", type="code", source=EXAMINATION,
           values=_codes((KNOWN, DIED, *_WITHOUT, "transferred", "lost_ and the reason")),
           meaning=_("known: there is an outcome. died: by the end of the window. not_recorded: "
                     "examined without this finding. undecided: examined, perhaps not in the "
                     "window, or not after the incision. missed: no examination in the window, "
                     "after the incision of the decompressed. not_yet_due: the same, and the "
                     "window has not passed. due_unknown: the same, and it is not known whether "
                     "it has. death_unknown: died, perhaps later. transferred, lost_: followed no "
                     "longer. not_operated: there is no decompression to count days from. "
                     "before_operation: decompressed after the window. no_weaker_leg: both legs "
                     "of one grade at first.")),
    Column(name="worst_leg", type="integer", unit="MRC grade", values=_GRADE, source=EXAMINATION,
           meaning=_("As examined; empty unless both legs have a grade.")),
    Column(name="right_leg", type="integer", unit="MRC grade", values=_GRADE, source=EXAMINATION,
           meaning=_("As examined.")),
    Column(name="left_leg", type="integer", unit="MRC grade", values=_GRADE, source=EXAMINATION,
           meaning=_("As examined.")),
    Column(name="lems", type="integer", values="0–50", source=EXAMINATION,
           meaning=_("Lower extremity motor score of all ten key muscles.")),
    Column(name="walks_alone", type="yes or no", values=f"{YES} | {NO}", source=EXAMINATION,
           meaning=_("Walks without another person's help.")),
    Column(name="voids", type="yes or no", values=f"{YES} | {NO}", source=EXAMINATION,
           meaning=_("Empties the bladder without a catheter.")),
    Column(name="died", type="yes or no", values=f"{YES} | {NO}", source=RECORD,
           meaning=_("Died by the end of the window; empty where the day of death does not tell.")),
    Column(name="day", type="integer", unit="days", source=EXAMINATION,
           meaning=_("Day of the motor examination since the event of “clock”.")),
    Column(name="day_lower", type="integer", unit="days", source=EXAMINATION,
           meaning=_("At least so many days.")),
    Column(name="day_upper", type="integer", unit="days", source=EXAMINATION,
           meaning=_("At most so many days.")),
    *(Column(name=name if name != "outcome" else "outcome_asked", type="code", source=ASKED,
             values=_codes(parameters()[name]), meaning=meaning)
      for name, meaning in (
          ("outcome", _("Which outcome is in “outcome”.")),
          ("window", _("When: the analysis window.")),
          ("clock", _("The event that days count from.")),
          ("exposure", _("The event that hours to the incision count from.")))),
    Column(name="data_version", type="text", source=ASKED,
           meaning=_("Changes with any change of what is counted.")),
)  # fmt: skip
_OF_OTHERS = (
    Column(name="counted", type="code",
           values="people | with_timing | with_outcome | with_both | ended", source=COUNTED,
           meaning=_("Who is counted: everyone, those of known timing, of known outcome, of both, "
                     "or those of “band” who ended as “ended” says.")),
    Column(name="band", type="code", values=_codes(Band), source=COUNTED,
           meaning=_("Hours from the event of “exposure” to the incision, as in the file of "
                     "people. A band of too few people has no lines.")),
    Column(name="ended", type="code", values=f"number | {DIED} | no_outcome", source=COUNTED,
           meaning=_("Lower end of the step of the outcome.")),
    Column(name="people", type="integer", values=f"number | {SUPPRESSED}", source=COUNTED,
           meaning=_("Rounded to five; suppressed where seven or fewer, they or the rest, or "
                     "where another suppressed number could be told from it.")),
)  # fmt: skip
COLUMNS: dict[str, tuple[Column, ...]] = {PEOPLE: _OF_PEOPLE, OTHERS: _OF_OTHERS}
NUMBERS = {"alike": FEWEST_ALIKE, "hours": FEWEST_HOURS}
"""What stands in the meanings in braces."""
DICTIONARY = ("table", "name", "type", "unit", "values", "meaning", "source")


def names(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in COLUMNS[table])
