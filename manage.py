#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, DatabaseError) as error:
        # tracker.faults knows what is put right outside the code; the rest is ours to trace
        from tracker.faults import explain

        if "--traceback" in sys.argv or (meaning := explain(error)) is None:
            raise
        sys.exit(meaning)


if __name__ == "__main__":
    main()
