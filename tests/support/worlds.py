"""What the tests of a module all begin with, made once for them: each takes back what it did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


@contextmanager
def kept(blocker: DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """What `make` wrote, there until the end; the transaction of each test lies within this one.

    For module-scoped fixtures that ask for `django_db_setup` and of which each test gets a copy,
    because it may change the objects. Not where a test of the module commits.
    """
    whole = transaction.atomic()
    # as Django's own TestCase says of its transactions: nothing inside them is durable
    whole._from_testcase = True
    with blocker.unblock():
        whole.__enter__()
        try:
            made = make()
        except BaseException:
            _take_back(whole)
            raise
    yield made
    with blocker.unblock():
        _take_back(whole)


def _take_back(whole: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    whole.__exit__(None, None, None)
