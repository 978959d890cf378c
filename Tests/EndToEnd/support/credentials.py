"""Client certificates, and the command line with credentials of its own."""
import base64
import hashlib
import os
import subprocess

from support.environment import CLI


def quiet(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def certificate(folder, name):
    """A file with a new key and its certificate, which nobody but itself has signed."""
    key, file = folder / f"{name}.key", folder / f"{name}.pem"
    quiet("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj", f"/CN={name}", "-keyout", key, "-out", file)
    file.write_text(file.read_text() + key.read_text())
    return file


def digest_of_key(file):
    pem = quiet("openssl", "x509", "-in", file, "-noout", "-pubkey")
    return hashlib.sha256(base64.b64decode("".join(pem.splitlines()[1:-1]))).hexdigest()


def run_vms(*words, home, token="", **extra):
    """The command line with a home folder of its own; `token` is its standard input."""
    return subprocess.run([CLI, *words], input=token, capture_output=True, text=True, timeout=60,
                          env={"HOME": str(home), "PATH": os.environ["PATH"]} | extra)
