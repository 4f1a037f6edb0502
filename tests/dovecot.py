"""A real IMAP server on this computer for tests: Debian's dovecot, with TLS, one user, mails in Maildir."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import imapclient

USER, PASSWORD = "pmo@example.com", "app-code 9\\"

_CONFIG = """
protocols = imap
base_dir = {run}
state_dir = {run}
instance_name = {name}
log_path = {home}/dovecot.log
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {internal_group}
first_valid_uid = 1
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
mail_location = maildir:{maildir}
mail_max_userip_connections = 50
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {plain}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}
}}
namespace inbox {{
  inbox = yes
}}
{more}
"""


@dataclass
class ImapServer:
    """A running server. `port` speaks TLS from the first byte, `plain` offers STARTTLS."""

    home: Path
    pem: Path
    port: int
    plain: int

    def context(self) -> ssl.SSLContext:
        """Trusts the server's own certificate."""
        return ssl.create_default_context(cafile=str(self.pem))

    def deliver(self, mail: EmailMessage | bytes, folder: str = "INBOX") -> int:
        """Put a mail into a folder, unread; its UID."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.select_folder(folder)
            client.append(folder, mail if isinstance(mail, bytes) else mail.as_bytes())
            return int(max(client.search("ALL")))

    def flags(self, folder: str = "INBOX") -> dict[int, set[str]]:
        """UID → flags, of all mails in a folder."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.get_flags(client.search("ALL"))
            return {
                uid: {flag.decode() for flag in flags if flag != b"\\Recent"} for uid, flags in found.items()
            }

    def empty(self) -> None:
        """Take all mails and folders away."""
        with self.client() as client:
            for _, _, name in client.list_folders():
                if name != "INBOX":
                    client.delete_folder(name)
            client.select_folder("INBOX")
            client.delete_messages(client.search("ALL"))
            client.expunge()

    @contextmanager
    def client(self) -> Iterator[imapclient.IMAPClient]:
        """A person's own mail program."""
        client = imapclient.IMAPClient("localhost", self.port, ssl_context=self.context())
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()


def free_port() -> int:
    """A port that nobody listens to now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def program() -> str | None:
    """dovecot, which apt puts where a user's PATH does not look."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def running(pem: Path, more: str = "", maildir: Path | None = None) -> Iterator[ImapServer]:
    """A server until the end of the block.

    more     is added to its configuration
    maildir  where the mails lie, of another server say
    """
    binary = program()
    assert binary is not None
    root = os.getuid() == 0  # neither logins nor mails may be root's: the users that Debian made take them
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(owner.pw_gid).gr_name
    internal, login = ("dovecot", "dovenull") if root else (owner.pw_name, owner.pw_name)
    run = Path(tempfile.mkdtemp(prefix="dovecot-"))
    run.chmod(0o755)
    home = run / "home"
    home.mkdir()
    if root:
        os.chown(home, owner.pw_uid, owner.pw_gid)
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    port, plain = free_port(), free_port()
    config = home / "server.conf"
    words = {"home": home, "run": run, "pem": pem, "port": port, "plain": plain, "more": more}
    words["maildir"] = maildir or home / "Maildir"
    people = {"owner": owner.pw_name, "group": group, "internal": internal, "login": login}
    people["internal_group"] = "dovecot" if root else group
    text = _CONFIG.format(name=run.name, **words, **people)
    config.write_text(text, encoding="utf-8")
    process = subprocess.Popen([binary, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        _wait(process, port, home / "dovecot.log")
        yield ImapServer(home, pem, port, plain)
    finally:
        process.terminate()
        process.wait(10)
        if process.stderr:
            process.stderr.close()
        shutil.rmtree(run, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise AssertionError(f"dovecot ended: {said} {log.read_text() if log.exists() else ''}")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("dovecot does not listen")
