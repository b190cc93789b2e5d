"""Forms of documents: fields from the shapes, laid out by tables."""

from outcomes.forms.document import DocumentForm
from outcomes.forms.layout import LAYOUTS

__all__ = ["LAYOUTS", "DocumentForm"]
