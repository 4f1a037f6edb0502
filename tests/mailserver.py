"""A real mail server on this computer for tests: encrypted, with login, keeping what it is given."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import ipaddress
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "pmo@example.com", "s3cret-9"


def certificate(folder: Path) -> Path:
    """A certificate for localhost and its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "localhost.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Received:
    """One delivery: envelope and message."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class Box:
    """What came in; addresses in `unknown` are refused, subjects with a word of `hated` too."""

    port: int = 0
    got: list[Received] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    hated: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        received = Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content)
        if self.hated and self.hated in str(received.message["Subject"]):
            return "554 refused by policy"
        self.got.append(received)
        return "250 OK"


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right and data.login == USER.encode(), handled=False)


@contextmanager
def running(pem: Path, security: str = "starttls", *, login: bool = True) -> Iterator[Box]:
    """A server on a free port of 127.0.0.1, until the end of the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if security == "ssl":
        options |= {"ssl_context": context, "auth_require_tls": False}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"auth_required": True, "authenticator": _authenticate}
    box = Box()
    controller = _Controller(box, **options)
    controller.start()
    try:
        box.port = controller.server.sockets[0].getsockname()[1]
        yield box
    finally:
        controller.stop()


class _Controller(Controller):
    """On port 0 aiosmtpd would look for itself at port 0: it is told the port that it got."""

    def factory(self) -> Any:
        with warnings.catch_warnings():
            # With TLS from the first byte aiosmtpd does not see that the login is encrypted.
            warnings.filterwarnings("ignore", "Requiring AUTH", UserWarning)
            return super().factory()

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
