"""A receiver of webhooks on loopback, which checks signatures by itself."""
import base64
import hashlib
import hmac
import http.server
import json
import threading

from support.waiting import wait_for


class Receiver:
    """Keeps what it accepts, in order. `status` is its answer to all that comes."""

    def __init__(self):
        self.messages, self.refused, self.status, self.location = [], [], 204, None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.status
                kept = outer.messages if status // 100 == 2 else outer.refused
                kept.append((dict((name.lower(), value) for name, value in self.headers.items()), body, self.path))
                self.send_response(status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events?from=vms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def events(self):
        return [json.loads(body)["data"] for _, body, _ in self.messages]

    def kinds(self):
        return [json.loads(body)["type"] for _, body, _ in self.messages]

    def wait(self, *kinds):
        """Waits until exactly these kinds of events have arrived, in this order."""
        try:
            wait_for(lambda: self.kinds() == list(kinds), 30)
        except AssertionError:
            raise AssertionError(f"{self.kinds()}, not {list(kinds)}") from None


def is_signed(message, secret):
    """Whether a message has the signature of Standard Webhooks."""
    headers, body, _ = message
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    code = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{code}")
