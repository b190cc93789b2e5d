"""The comparison for surgeons, a view a file; what they share is in `frame`."""
