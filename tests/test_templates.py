"""Every template can be read: one that cannot breaks its page only when somebody opens it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*") if path.is_file())


@pytest.mark.parametrize("name", NAMES)
def test_reads(name: str) -> None:
    get_template(name)
