"""Hands letters over with Python's smtplib: one a line of JSON on standard
input, and how each ended on standard output."""

import json
import smtplib
import ssl
import sys


def send(letter):
    trust = ssl.create_default_context(cafile=letter["ca"] or None)
    with smtplib.SMTP(letter["host"], 587, "wxmail.example", timeout=60) as server:
        server.ehlo()
        if letter["tls"]:
            server.starttls(context=trust)
            server.ehlo()
        sign_in(server, letter)
        if letter["size"]:
            code, text = server.mail(letter["from"], ["SIZE=%d" % letter["size"]])
            return code, text.decode()
        server.sendmail(letter["from"], [letter["to"]], letter["mime"])
        return 250, ""


def sign_in(server, letter):
    server.user, server.password = letter["user"], letter["token"]
    bearer = "user=%s\x01auth=Bearer %s\x01\x01" % (server.user, server.password)
    methods = {
        "XOAUTH2": lambda challenge=None: bearer,
        "PLAIN": server.auth_plain,
        "LOGIN": server.auth_login,
    }
    if letter["auth"]:
        method = methods[letter["auth"]]
        server.auth(letter["auth"], method, initial_response_ok=letter["oneLine"])


def ended(letter):
    try:
        code, text = send(letter)
        return {"code": code, "text": text}
    except smtplib.SMTPResponseException as e:
        return {"code": e.smtp_code, "text": e.smtp_error.decode(), "error": type(e).__name__}
    except (smtplib.SMTPException, ssl.SSLError) as e:
        return {"code": 0, "text": str(e), "error": type(e).__name__}


for line in sys.stdin:
    print(json.dumps(ended(json.loads(line))), flush=True)
