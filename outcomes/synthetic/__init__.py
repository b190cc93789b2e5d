"""Made-up patients with plausible courses, reproducible by seed, marked synthetic wherever shown.

Not epidemiology. The shapes (recovery that slows, bladder and saddle sensation that move together,
inflammation that rises after surgery and falls, missed visits with a reason) serve to try the
product and its statistics, never to be compared with anyone. In particular the effect of early
surgery is one small constant (`recovery.EARLY`), put there by hand: no finding in synthetic data
says anything about when to operate, or whether to.
"""

from outcomes.synthetic.assembly import Course, course

__all__ = ["Course", "course"]
