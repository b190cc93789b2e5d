"""Writes of the outcomes room, by subject. Each takes a validated document and says who asks.

All raise Refused (what is wrong and what to do), records.Conflict or records.Stale; warnings never
block, they travel with the answer.
"""
