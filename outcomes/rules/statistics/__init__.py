"""The statistics this product allows itself, one method a question (CLINICAL.md I and J).

Plain numbers in, plain values out. What cannot be computed is None, never a made-up number.
scipy is imported where it is used: it costs every process that loads it.
"""
