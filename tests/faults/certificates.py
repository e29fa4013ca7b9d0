"""Two certificates for this machine: one that Home Assistant trusts, and another."""

import ssl
from typing import TYPE_CHECKING

from homeassistant.util.ssl import get_default_context

from tests.helpers.certificates import certificate

if TYPE_CHECKING:
    from pathlib import Path


class Certificates:
    """The trusted certificate of a server, or the other one while `wrong` is set."""

    def __init__(self, folder: Path) -> None:
        """Create both, and add the trusted one to Home Assistant's SSL context."""
        self.wrong = False
        trusted, other = (folder / name for name in ("trusted", "other"))
        self._other = _shown(other)
        self.context = _shown(trusted)
        self.context.sni_callback = lambda connection, *_: self._choose(connection)
        get_default_context().load_verify_locations(trusted / "certificate.pem")

    def _choose(self, connection: ssl.SSLObject) -> None:
        """Choose the certificate of a new connection."""
        if self.wrong:
            connection.context = self._other


def _shown(folder: Path) -> ssl.SSLContext:
    """Create a certificate and return an SSL context with it."""
    folder.mkdir()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(folder))
    return context
