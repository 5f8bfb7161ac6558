"""How safely a user's server is talked to."""

from __future__ import annotations

import ssl

from migbot.core.throwaway import Server


def context(server: Server) -> ssl.SSLContext | None:
    """What `tls` and `ca` of a server mean; None where neither says that TLS must be.

    Raises OSError for a file of certificates that cannot be read.
    """
    if server.tls not in ("require", "verify-ca", "verify-full"):
        return None
    made = ssl.create_default_context(cafile=server.ca or None)
    # Servers make certificates for themselves that the strict check refuses (Python 3.13).
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    made.check_hostname = server.tls == "verify-full"
    if server.tls == "require":
        made.verify_mode = ssl.CERT_NONE
    return made
