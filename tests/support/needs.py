"""What a machine may lack: such tests are skipped loudly, or fail with REQUIRE_ALL=1."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


def lacking(what: str, fix: str) -> NoReturn:
    """Skip the test, or fail it where everything is required."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is missing and REQUIRE_ALL=1: {fix}", pytrace=False)
    pytest.skip(f"{what} is missing: {fix}")


def program(*names: str, what: str, fix: str, variable: str = "") -> str:
    """The first of these programs that is there, or the one an environment variable names."""
    chosen = os.environ.get(variable, "") if variable else ""
    for name in (chosen, *names):
        if name and (path := shutil.which(name)):
            return path
    lacking(what, fix)


def banner(what: str, why: str) -> str:
    line = "!" * 88
    return f"{line}\nNOT RUN: {what} ({why})\n{line}"


def remember(line: str) -> None:
    """Keep it for the summary that `make test` prints at its very end."""
    if kept := os.environ.get("NOT_RUN"):
        with Path(kept).open("a") as file:
            file.write(line + "\n")
