"""The first start of vmsd by a new user: the message for each mistake says what would be right."""
import os
import re
import signal
import socket
import subprocess

import pytest

from support.environment import BIN


def refused(*words, **environment):
    answer = subprocess.run([BIN / "vmsd", *words], capture_output=True, text=True, timeout=60,
                            env=os.environ | environment)
    assert answer.returncode != 0, words
    return answer.stderr


def started(folder, *words, environment=None):
    """Starts a server, returns its first lines, and ends it."""
    server = subprocess.Popen([BIN / "vmsd", *words, "--data", folder, "--listen", "127.0.0.1:0"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | (environment or {}))
    try:
        line = server.stdout.readline()
    finally:
        server.send_signal(signal.SIGTERM)
        errors = server.communicate(timeout=60)[1]
    return line, errors


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        errors = refused("serve", "--listen", listen, "--data", tmp_path)
    assert f"listen is '{listen}': another program uses it; choose another with --listen" in errors
    errors = refused("serve", "--listen", "https://192.0.2.1:8080", "--data", tmp_path)
    assert "listen is 'https://192.0.2.1:8080': this machine has no such address" in errors


@pytest.mark.parametrize("words", [["--require-token=false"], ["--require-token", "false"], ["--allow-tcp=false"], ["serve"],
                                   ["serve", "--allow-tcp"], ["serve", "--allow-tcp", "true", "--require-token=true"]])
def test_flags_in_any_form(words, tmp_path):
    line, errors = started(tmp_path, *words)
    assert line.startswith("vmsd listens on http://127.0.0.1:"), errors


def test_a_flag_that_is_off_wins_over_the_environment(tmp_path):
    for words, needs in [([], True), (["--require-token=false"], False)]:
        _, errors = started(tmp_path, "serve", *words, environment={"VMSD_REQUIRE_TOKEN": "true"})
        assert ("there is no user yet" in errors) == needs, errors
    for words in [["--require-token=maybe"], ["--require-token=0"], ["--require-token", "no"], ["--allow-tcp=off"]]:
        errors = refused("serve", "--listen", "127.0.0.1:0", "--data", tmp_path, *words)
        assert "must be true or false" in errors, errors


@pytest.mark.parametrize("name, value, right", [
    ("BODY_LIMIT_MIB", "abc", "a whole number"), ("MAX_CONNECTIONS", "1e3", "a whole number"),
    ("HOST_PATIENCE", "soon", "a number"),
    ("TRANSFER_MBIT", "", "a whole number"), ("REQUIRE_TOKEN", "perhaps", "true or false"),
    ("ALLOW_TCP", "2", "true or false")])
def test_an_invalid_variable_is_refused(name, value, right, tmp_path):
    errors = refused("serve", "--listen", "127.0.0.1:0", "--data", tmp_path, **{f"VMSD_{name}": value})
    assert f"{name.lower().replace('_', '-')} is '{value}': must be {right}" in errors


def test_an_invalid_settings_file_is_refused(tmp_path):
    file = tmp_path / "vmsd.json"
    for setting, right in [('"bodyLimitMib": "big"', "body-limit-mib is 'big': must be a whole number"),
                           ('"requireToken": "maybe"', "require-token is 'maybe': must be true or false")]:
        file.write_text('{"vmsd": {' + setting + "}}")
        assert right in refused("serve", "--config", file, "--listen", "127.0.0.1:0", "--data", tmp_path)
    file.write_text('{"vmsd": {"hostPatience": 5, "listen": "127.0.0.1:0"}}')
    line, errors = started(tmp_path, "--config", file)
    assert line.startswith("vmsd listens on http://127.0.0.1:"), errors


def test_the_version():
    for words in [["--version"], ["serve", "--version"], ["key", "--version"]]:
        answer = subprocess.run([BIN / "vmsd", *words], capture_output=True, text=True, timeout=60)
        assert answer.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+\S*\n", answer.stdout), answer


def test_the_help_names_every_setting():
    text = subprocess.run([BIN / "vmsd", "serve", "--help"], capture_output=True, text=True, timeout=60).stdout
    options = set(re.findall(r"^  --([a-z-]+)", text, re.M)) - {"config", "version", "help"}
    assert options >= {"listen", "require-token", "vni-range"}
    documented = set(re.findall(r"VMSD_([A-Z_]+)", text))
    assert documented == {option.upper().replace("-", "_") for option in options}


def test_an_invalid_data_folder_is_refused(tmp_path):
    errors = refused("serve", "--data", "/proc/x", "--listen", "127.0.0.1:0")
    assert re.search(r"the data folder /proc/x cannot be used: \w", errors), errors


def test_a_missing_default_image_is_reported(tmp_path):
    server = subprocess.Popen([BIN / "vmsd", "--data", tmp_path, "--listen", "127.0.0.1:0", "--default-image", "zz"],
                              text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for line in server.stderr:
            if "default-image is 'zz'" in line:
                break
        else:
            pytest.fail("the message did not appear")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
