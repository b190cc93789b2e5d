from collections.abc import Callable
from typing import Any

import pytest

from tests.api import world as worlds
from tests.api.world import Api, World


@pytest.fixture
def world(db: Any) -> World:
    return worlds.build()


@pytest.fixture
def api(world: World) -> Callable[[str], Api]:
    return world.api


@pytest.fixture
def physician(world: World) -> Api:
    return world.api("physician")
