"""Documents of the outcomes room; each module holds the shapes of one subject."""
