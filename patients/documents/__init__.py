"""Documents of the patients room; each module holds the shapes of one subject."""
