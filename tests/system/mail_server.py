"""A mail server of Debian's aiosmtpd with STARTTLS and AUTH, for notify_test.py. Runs on the system's
Python, which has that package. Prints its port, then each mail it takes as a line of JSON."""
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    def __init__(self):
        self.greylist = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later") and address not in self.greylist:
            self.greylist.add(address)
            return "451 4.7.1 Greylisted, try again later"
        if address.startswith("nobody"):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                          "tls": session.ssl is not None, "user": session.auth_data,
                          "mail": envelope.original_content.decode("latin-1")}), flush=True)
        return "250 2.0.0 taken"


class Login:
    def __call__(self, server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (b"vedette", b"s3cret")
        return AuthResult(success=good, handled=good, auth_data=data.login.decode())


def main():
    certificate, key, port = sys.argv[1:4]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    controller = Controller(Handler(), hostname="127.0.0.1", port=int(port), tls_context=context,
                            require_starttls=True, authenticator=Login(), auth_required=True, ready_timeout=60)
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main()
