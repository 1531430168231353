"""A school's authority and its certificates, made by Debian's openssl; a client that trusts one.

Python's standard library only, and the program openssl. Used by the tests of HTTPS.
"""

import http.client
import json
import pathlib
import shutil
import socket
import ssl
import subprocess

from api import CALL_SECONDS, Answer
from support import Skipped, need

NAME = "staffroom.hillside.example"


def openssl(*words, typed=None, codes=(0,)):
    if shutil.which("openssl") is None:
        raise Skipped("openssl is not there")
    done = subprocess.run(["openssl", *map(str, words)], input=typed, capture_output=True,
                          timeout=60, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    need(codes is None or done.returncode in codes, f"openssl {words}: {said}")
    return said


class Authority:
    """The authority of a school with one below it, which signs the certificates of servers."""

    def __init__(self, folder, digest="-sha256"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.root = self._make("root", "/CN=Hillside root", None,
                               "basicConstraints=critical,CA:TRUE")
        self.middle = self._make("middle", "/CN=Hillside servers", self.root,
                                 "basicConstraints=critical,CA:TRUE", digest=digest)

    def _key(self, path, kind):
        how = {"ec": ("EC", "ec_paramgen_curve:P-256"), "rsa": ("RSA", "rsa_keygen_bits:2048"),
               "short": ("RSA", "rsa_keygen_bits:1024"),
               "p384": ("EC", "ec_paramgen_curve:P-384"),
               "coin": ("EC", "ec_paramgen_curve:secp256k1")}[kind]
        openssl("genpkey", "-algorithm", how[0], "-pkeyopt", how[1], "-out", path)

    def _make(self, name, subject, by, extensions, days=365, kind="ec", digest="-sha256"):
        """(certificate, key): paths of PEM files."""
        key, asked, made = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        self._key(key, kind)
        openssl("req", "-new", "-key", key, "-subj", subject, "-out", asked)
        text = self.folder / f"{name}.ext"
        text.write_text(extensions + "\n")
        sign = ["x509", "-req", "-in", asked, "-extfile", text, "-out", made, digest]
        if by is None:
            openssl(*sign, "-signkey", key, "-days", days)
        else:
            openssl(*sign, "-CA", by[0], "-CAkey", by[1], "-CAcreateserial", "-days", days)
        return made, key

    def server(self, name, names=(f"DNS:{NAME}",), days=365, kind="ec", digest="-sha256",
               use="serverAuth"):
        """(certificate with its chain, key) for a server."""
        extensions = (f"subjectAltName={','.join(names)}\nextendedKeyUsage={use}\n"
                      "basicConstraints=critical,CA:FALSE")
        made, key = self._make(name, f"/CN={name}", self.middle, extensions, days, kind, digest)
        chain = self.folder / f"{name}.chain.pem"
        chain.write_bytes(made.read_bytes() + self.middle[0].read_bytes())
        return chain, key


def fingerprint(pem):
    """SHA-256 of the first certificate of a PEM file, as browsers show it."""
    said = openssl("x509", "-in", pem, "-noout", "-fingerprint", "-sha256")
    return said.split("=", 1)[1].strip()


def shown_to(node, *more, name="localhost"):
    """What openssl's client sees of the node's door."""
    return openssl("s_client", "-connect", node.https, "-servername", name, *more, typed=b"",
                   codes=None)


def fingerprint_shown(node):
    said = shown_to(node)
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    need(begin in said, f"no certificate: {said}")
    pem = begin + said.split(begin, 1)[1].split(end, 1)[0] + end + "\n"
    return fingerprint_of_text(pem)


def fingerprint_of_text(pem):
    done = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
                          input=pem.encode(), capture_output=True, check=True)
    return done.stdout.decode().split("=", 1)[1].strip()


def trusting(authority):
    """A context that trusts this PEM file alone, and checks names."""
    context = ssl.create_default_context(cafile=str(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def blind():
    """A context of somebody who has passed the warning."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def line_to(node, context, name="localhost", timeout=CALL_SECONDS):
    host, port = node.https.rsplit(":", 1)
    return context.wrap_socket(socket.create_connection((host, int(port)), timeout=timeout),
                               server_hostname=name)


class Page:
    """A browser at the door of HTTPS: as people.Browser, with the certificate checked by
    `context`."""

    def __init__(self, node, context, name="localhost"):
        self.node, self.context, self.name = node, context, name
        self.cookies, self.csrf = {}, None
        self.set = []

    def ask(self, method, target, body=None, **headers):
        connection = http.client.HTTPSConnection(self.name, int(self.node.https.rsplit(":", 1)[1]),
                                                 timeout=CALL_SECONDS, context=self.context)
        connection.sock = line_to(self.node, self.context, self.name)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf and method != "GET":
            named["Staffroom-CSRF"] = self.csrf
        connection.request(method, target, None if body is None else json.dumps(body), named)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.set.append(cookie)
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, target, **headers):
        return self.ask("GET", target, **headers)

    def post(self, target, body, **headers):
        return self.ask("POST", target, body, **headers)
