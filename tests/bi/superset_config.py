"""Settings of the Superset that a test starts on this machine, for this machine alone."""

import os

# Signs the sessions of one test; nothing outside reaches this server.
SECRET_KEY = "for a test that lasts a minute"  # noqa: S105
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
# The test speaks to the REST API with a token, from 127.0.0.1: neither forms to protect nor pages to serve over TLS.
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
