"""Waiting for a condition, with a deadline."""
import time


def wait_for(condition, seconds=30, every=0.05):
    """Calls `condition` until its result is true, and returns it; fails the test at the deadline."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"{condition} did not come true within {seconds} s"
        time.sleep(every)
