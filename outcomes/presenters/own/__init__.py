"""My recovery: what a patient or caregiver reads of a course, in plain words, one file a topic."""
