"""Users, teams and tokens of a server that requires a credential, and the page that says which role each service needs."""
import pathlib
import re
import subprocess

import requests

from support.environment import BIN

ROLES = ["viewer", "user", "operator", "admin"]
PAGE = pathlib.Path(__file__).parents[3] / "docs/access.md"


def table():
    """The role and the object of each service, by docs/access.md."""
    text = PAGE.read_text().split("| service | role | on |\n|---|---|---|\n")[1]
    return {name: (role, place) for name, role, place in re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \|$", text, re.M)}


def first_token(server, name="root", role="admin"):
    """The token that an operator makes on the server's machine."""
    done = subprocess.run([BIN / "vmsd", "token", "add", name, "--role", role, "--data", server.data],
                          capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


class User:
    """Calls of one user over JSON. `call` returns the answer, or the fault, with the HTTP status."""

    def __init__(self, server, token):
        self.server, self.token = server, token

    def call(self, service, /, **fields):
        answer = requests.post(f"{self.server.url}/v1/{service}", json=fields, timeout=60,
                               headers={"Authorization": f"Bearer {self.token}"})
        return answer.status_code, answer.json()

    def __call__(self, service, /, **fields):
        status, answer = self.call(service, **fields)
        assert status == 200, (service, status, answer)
        return answer

    def new_user(self, name, **fields):
        self("addUser", user=name, **fields)
        return User(self.server, self("addToken", user=name)["text"])
