"""The events that a server reports."""
import time


class Events:
    """Follows a server's events from its construction on."""

    def __init__(self, server):
        self.server, self.last, self.observed = server, 0, []
        while self._take(0):
            pass
        self.observed = []

    def _take(self, wait):
        answer = self.server.json("getEvents", after=self.last, wait=wait)
        self.last = answer["last"]
        self.observed += answer["event"]
        return answer["event"]

    def until(self, kind, seconds, **fields):
        """Waits for the next event of that kind, by calls that the server answers when an event arrives."""
        end = time.monotonic() + seconds
        while True:
            for event in self.observed:
                if event["kind"] == kind and all(event.get(k) == v for k, v in fields.items()):
                    self.observed.remove(event)
                    return event
            left = end - time.monotonic()
            assert left > 0, f"no {kind} within {seconds} s; observed: {self.observed}"
            self._take(max(1, min(60, int(left))))
