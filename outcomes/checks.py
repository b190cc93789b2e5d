"""`manage.py check`: reference data that is wrong stops the product, with file, line and reason."""

from typing import Any

from django.core.checks import CheckMessage, Error, register


@register()
def reference_data(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    from outcomes.reference import problems

    return [
        Error(f"{problem.file}:{problem.line}: {problem.reason}", id="outcomes.E001")
        for problem in problems()
    ]
