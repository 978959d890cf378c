"""Server-sent events, read in a thread."""
import json
import threading
import time

import requests


class Stream:
    """Follows a stream of events. `events` has triples of name, id and object, and ("end", None, None) at its end."""

    def __init__(self, server, path, token=None, last_id=None, **query):
        headers = {} if last_id is None else {"Last-Event-ID": str(last_id)}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self.events, self.times, self.news = [], [], threading.Condition()
        self.answer = requests.get(server.url + path, params=query, headers=headers, stream=True, timeout=60)
        if self.answer.status_code == 200:
            assert self.answer.headers["Content-Type"] == "text/event-stream"
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        fields = {}
        try:
            for line in self.answer.iter_lines(chunk_size=None):
                if line:
                    name, _, value = line.decode().partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    self.take(fields["event"], fields.get("id"), self.read_data(fields["data"], fields["event"]))
                    fields = {}
        except requests.RequestException:
            pass  # the connection was broken
        self.take("end", None, None)

    def read_data(self, text, name):
        return json.loads(text)

    def take(self, name, number, value):
        with self.news:
            self.events.append((name, number, value))
            self.times.append(time.monotonic())
            self.news.notify_all()

    def wait(self, condition, seconds=30):
        """Waits until `condition` of this stream is true, and returns it."""
        end = time.monotonic() + seconds
        with self.news:
            while not (found := condition(self)):
                assert self.news.wait(max(0, end - time.monotonic())), self.events[-20:]
        return found

    def kinds(self):
        return [name for name, _, _ in self.events]

    def close(self):
        if not self.isOver():
            # Closing alone would wait for the thread that reads.
            self.answer.raw.shutdown()
        self.answer.close()

    def isOver(self):
        return self.answer.raw.closed or "end" in self.kinds()
