"""Pages for patients and caregivers, on a phone: under `/my/`, one file a page."""
