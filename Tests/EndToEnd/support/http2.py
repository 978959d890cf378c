"""A client of HTTP/2 over TLS: one connection with any number of requests at the same time."""
import json
import socket
import ssl
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings

SECONDS = 60


class Ended(Exception):
    """The server ended the connection."""


class Answer:
    def __init__(self):
        self.status, self.headers, self.body = None, {}, b""
        self.continued = self.ended = False
        self.reset = None

    def json(self):
        return json.loads(self.body)


class HTTP2:
    """`window`: bytes of each answer that the server may send before they are read, if not the standard."""

    def __init__(self, url, authority, certificate=None, window=None):
        self.host, port = url.removeprefix("https://").rsplit(":", 1)
        self.name = f"{self.host}:{port}"
        context = ssl.create_default_context(cafile=authority)
        context.set_alpn_protocols(["h2", "http/1.1"])
        if certificate:
            context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(socket.create_connection((self.host, int(port)), timeout=SECONDS),
                                          server_hostname=self.host)
        assert self.socket.selected_alpn_protocol() == "h2"
        # The tests send wrong requests too.
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False))
        self.state.initiate_connection()
        self.answers, self.goaway = {}, None
        if window is not None:
            self.state.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.flush()
        while window is not None and self.state.local_settings.initial_window_size != window:
            self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def flush(self):
        data = self.state.data_to_send()
        if data:
            self.socket.sendall(data)

    def begin(self, method, path, headers=(), end=True, authority=True):
        """Sends a request's head, and returns the number of its stream. `authority`: whether it names its host."""
        number = self.state.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "https"), (":path", path)]
        head += [(":authority", self.name)] if authority else []
        self.state.send_headers(number, head + list(headers), end_stream=end)
        self.answers[number] = Answer()
        self.flush()
        return number

    def send(self, number, data, end=True):
        """Sends a part of a request's body as the server's windows allow; stops when the answer is complete."""
        while data:
            room = min(self.state.local_flow_control_window(number), self.state.max_outbound_frame_size, len(data))
            if room == 0:
                self.receive()
                if self.answers[number].ended or self.answers[number].reset is not None:
                    return
                continue
            self.state.send_data(number, data[:room])
            data = data[room:]
            self.flush()
        if end:
            self.state.end_stream(number)
            self.flush()

    def reset(self, number):
        self.state.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
        self.flush()

    def receive(self):
        """Waits for bytes of the server, and takes in what they say."""
        data = self.socket.recv(65536)
        if not data:
            raise Ended
        for event in self.state.receive_data(data):
            answer = self.answers.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.InformationalResponseReceived):
                answer.continued = True
            elif isinstance(event, h2.events.ResponseReceived):
                for name, text in event.headers:
                    answer.headers[name] = ", ".join(filter(None, [answer.headers.get(name), text]))
                answer.status = int(answer.headers[":status"])
            elif isinstance(event, h2.events.DataReceived):
                answer.body += event.data
                self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                answer.ended = True
            elif isinstance(event, h2.events.StreamReset) and answer:
                answer.reset = event.error_code
            elif isinstance(event, h2.events.ConnectionTerminated):
                self.goaway = event
        self.flush()

    def answer(self, number):
        """Waits for a complete answer."""
        answer, until = self.answers[number], time.monotonic() + SECONDS
        while not answer.ended:
            assert answer.reset is None, f"the stream was reset: {answer.reset}"
            assert time.monotonic() < until, "no answer"
            self.receive()
        return answer

    def call(self, method, path, body=b"", headers=(), **more):
        number = self.begin(method, path, headers, end=not body, **more)
        if body:
            self.send(number, body)
        return self.answer(number)

    def until_end(self):
        """Reads until the server ends the connection."""
        try:
            while True:
                self.receive()
        except (Ended, ConnectionError, h2.exceptions.ProtocolError):
            pass
