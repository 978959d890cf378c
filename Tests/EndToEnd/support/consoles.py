"""A console that is followed over HTTP."""
import base64

import requests

from support.streams import Stream


class Follower(Stream):
    """Follows a console. `data` has the bytes, `ids` the id of each event, `notes` the other events."""

    def __init__(self, server, machine, token=None, last_id=None, **query):
        self.data, self.ids = bytearray(), []
        super().__init__(server, f"/v1/machines/{machine}/console", token, last_id, **query)

    def read_data(self, text, name):
        return base64.b64decode(text) if name == "bytes" else super().read_data(text, name)

    def take(self, name, number, value):
        with self.news:
            if number is not None:
                self.ids.append(number)
            if name == "bytes":
                self.data += value
                self.news.notify_all()
            else:
                super().take(name, number, value)

    @property
    def notes(self):
        return [(name, value) for name, _, value in self.events]

    def until(self, text, seconds=30):
        self.wait(lambda self: text in self.data, seconds)
        return self


def type_on(server, machine, text, token=None, writer="test", **more):
    """Types a text; returns the HTTP answer."""
    headers = {"Content-Type": "application/octet-stream", "Console-Writer": writer}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Console-Sequence": str(more.pop("sequence"))} if "sequence" in more else {}
    return requests.post(f"{server.url}/v1/machines/{machine}/console", data=text.encode(), params=more,
                         headers=headers, timeout=60)
