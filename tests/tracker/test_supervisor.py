"""Restarting what ends by itself: sooner at first, never faster than it can fail."""

import itertools

import pytest

from tracker import supervisor


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (60, 30)]
)
def test_the_pause_doubles_up_to_half_a_minute(failures: int, seconds: float) -> None:
    assert supervisor.pause(failures) == seconds


@pytest.mark.parametrize(
    ("lived", "failures"),
    [
        pytest.param(supervisor.WELL_SECONDS, 3, id="short lives add up"),
        pytest.param(supervisor.WELL_SECONDS + 1, 1, id="a long life wipes the slate"),
    ],
)
def test_failures_in_a_row(
    monkeypatch: pytest.MonkeyPatch, lived: float, failures: int, tmp_path: object
) -> None:
    child = supervisor.Child("odd", ["false"])
    clock = itertools.count(step=int(lived))
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: next(clock))
    for _ in range(3):
        child.started = supervisor.time.monotonic()
        child.process = _Ended()  # type: ignore[assignment]
        assert child.ended() == 1
    assert child.failures == failures
    assert child.ended() is None


class _Ended:
    pid = 2**22 + 1  # above the highest process id

    def poll(self) -> int:
        return 1
