"""Reports as servers write them, invented for the tests: to whom they come and whom they name are filled in."""

from typing import NamedTuple

from registrar.mail.rules import ReportMethod, ReportVerdict

HARD, SOFT, DELAYED = ReportVerdict.HARD, ReportVerdict.SOFT, ReportVerdict.DELAYED
COMPLAINT, AUTO_REPLY, UNKNOWN = ReportVerdict.COMPLAINT, ReportVerdict.AUTO_REPLY, ReportVerdict.UNKNOWN
DSN, ARF, PATTERN = ReportMethod.DSN, ReportMethod.ARF, ReportMethod.PATTERN
TEXT, NONE = ReportMethod.TEXT, ReportMethod.NONE

BOUNCES = "bounces@wearemuseums.example"
ANA = "ana@museum.example"


class Sample(NamedTuple):
    """A report and how it must be understood."""

    name: str
    raw: str
    verdict: ReportVerdict
    method: ReportMethod
    status: str | None = None


def message(sample: Sample, to: str = BOUNCES, recipient: str = ANA, message_id: str = "m1") -> bytes:
    """Return the report as bytes, come to `to`, about a mail to `recipient`."""
    filled = sample.raw.lstrip("\n").replace("{to}", to).replace("{ana}", recipient).replace("{id}", message_id)
    return filled.encode()


def report(status: str, action: str, said: str, words: str = "Your mail could not be delivered.") -> str:
    """Return a delivery report (RFC 3464) with one recipient."""
    return f"""
Return-Path: <>
Delivered-To: {{to}}
From: MAILER-DAEMON@mx.museum.example (Mail Delivery System)
To: {{to}}
Date: Mon, 11 Jan 2027 09:00:05 +0000
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

{words}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.museum.example
Arrival-Date: Mon, 11 Jan 2027 09:00:00 +0000

Final-Recipient: rfc822; {{ana}}
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--b1
Content-Type: text/rfc822-headers

Return-Path: <bounces@wearemuseums.example>
Message-ID: <{{id}}@wearemuseums.example>
Subject: Tomorrow: lending digital works

--b1--
"""


POSTFIX = Sample(
    "postfix", report("5.1.1", "failed", "smtp; 550 5.1.1 <{ana}>: Recipient address rejected: User unknown"),
    HARD, DSN, "5.1.1",
)  # fmt: skip
POSTFIX_GIVES_UP = Sample(
    "postfix gives up", report("4.4.1", "failed", "X-Postfix; connect to mx.museum.example[192.0.2.1]:25: timed out"),
    SOFT, DSN, "4.4.1",
)  # fmt: skip
POSTFIX_DELAYED = Sample(
    "postfix delayed",
    report("4.4.1", "delayed", "X-Postfix; connect to mx.museum.example[192.0.2.1]:25: Connection timed out"),
    DELAYED, DSN, "4.4.1",
)  # fmt: skip
NO_SUCH_DOMAIN = Sample(
    "null mx", report("5.1.10", "failed", "X-Postfix; Domain museum.example does not accept mail (nullMX)"),
    HARD, DSN, "5.1.10",
)  # fmt: skip
GMAIL = Sample(
    "gmail",
    report(
        "5.1.1", "failed",
        "smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
        " 550-5.1.1 Please double-check the address for typing errors.\n"
        " 550 5.1.1 https://support.mail.example/?p=NoSuchUser a1-2b3.99 - gsmtp",
    ),
    HARD, DSN, "5.1.1",
)  # fmt: skip
GMAIL_FULL = Sample(
    "gmail full", report("4.2.2", "failed", "smtp; 452-4.2.2 The recipient's inbox is out of storage space."),
    SOFT, DSN, "4.2.2",
)  # fmt: skip
GMAIL_POLICY = Sample(
    "gmail policy", report("5.7.26", "failed", "smtp; 550-5.7.26 This mail has been blocked: unauthenticated sender"),
    SOFT, DSN, "5.7.26",
)  # fmt: skip
SENDER_REFUSED = Sample(
    "sender refused", report("5.1.8", "failed", "smtp; 553 5.1.8 Domain of sender does not exist"), SOFT, DSN, "5.1.8"
)
DISABLED = Sample("disabled", report("5.2.1", "failed", "smtp; 550 5.2.1 The mailbox is disabled"), SOFT, DSN, "5.2.1")
DELIVERED = Sample("delivered", report("2.1.5", "delivered", "smtp; 250 2.1.5 OK"), AUTO_REPLY, DSN, None)
RELAYED = Sample("relayed", report("2.0.0", "relayed", "smtp; 250 passed on"), AUTO_REPLY, DSN, None)
EXIM = Sample(
    "exim", report("5.0.0", "failed", "smtp; 550-5.1.1 User {ana}\n 550 5.1.1 does not exist"), HARD, DSN, "5.1.1"
)
EXIM_WORDS = Sample("exim in words", report("5.0.0", "failed", "smtp; 550 No such user here"), HARD, DSN, "5.0.0")
EXIM_SILENT = Sample(
    "exim silent", report("5.0.0", "failed", "smtp; 550 Administrative prohibition"), SOFT, DSN, "5.0.0"
)
OPENSMTPD = Sample("opensmtpd", report("5.1.1", "error", "smtp; 550 Invalid recipient"), HARD, DSN, "5.1.1")
EXCHANGE = Sample(
    "exchange online",
    """
Delivered-To: {to}
From: <postmaster@tenant.example>
To: <{to}>
Date: Mon, 11 Jan 2027 10:01:00 +0100
Subject: Undeliverable: Tomorrow: lending digital works
MIME-Version: 1.0
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_9B0F7A7C_"

--_9B0F7A7C_
Content-Type: multipart/alternative; differences=Content-Type; boundary="_in_"

--_in_
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to {ana} couldn't be delivered.
ana wasn't found at museum.example.

--_in_
Content-Type: text/html; charset="us-ascii"

<html><body><p>Your message to <b>{ana}</b> couldn't be delivered.</p></body></html>

--_in_--

--_9B0F7A7C_
Content-Type: message/delivery-status

Reporting-MTA: dns;PR0P264MB0001.FRAP264.PROD.example
Received-From-MTA: dns;mail.wearemuseums.example
Arrival-Date: Mon, 11 Jan 2027 09:00:59 +0000

Final-Recipient: rfc822;{ana}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {ana} not found by SMTP address lookup

--_9B0F7A7C_
Content-Type: message/rfc822

Message-ID: <{id}@wearemuseums.example>
Subject: Tomorrow: lending digital works
Content-Type: text/plain

Hello Ana

--_9B0F7A7C_--
""",
    HARD, DSN, "5.1.10",
)  # fmt: skip
TWO_RECIPIENTS = Sample(
    "one of two behind the address",
    report("5.1.1", "failed", "smtp; 550 5.1.1 gone").replace(
        "\n--b1\nContent-Type: text/rfc822-headers",
        "\nFinal-Recipient: rfc822; other@museum.example\nAction: delivered\nStatus: 2.0.0\n"
        "\n--b1\nContent-Type: text/rfc822-headers",
    ),
    AUTO_REPLY, DSN, None,
)  # fmt: skip
INTERNATIONAL = Sample(
    "in UTF-8 (RFC 6533)",
    report("5.1.1", "failed", "smtp; 550 5.1.1 inconnu").replace(
        "message/delivery-status", "message/global-delivery-status"
    ),
    HARD, DSN, "5.1.1",
)  # fmt: skip
QMAIL = Sample(
    "qmail",
    """
Return-Path: <>
Delivered-To: {to}
Date: 11 Jan 2027 09:00:10 -0000
From: MAILER-DAEMON@mx.museum.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.museum.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ana}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bounces@wearemuseums.example>
Subject: Tomorrow 4.2.2
""",
    HARD, PATTERN, "5.1.1",
)  # fmt: skip
QMAIL_FULL = Sample(
    "qmail full",
    QMAIL.raw.replace("Sorry, no mailbox here by that name. (#5.1.1)", "The mailbox is over its quota. (#5.2.2)"),
    SOFT, PATTERN, "5.2.2",
)  # fmt: skip
OLD_EXIM = Sample(
    "old exim",
    """
Return-path: <>
Envelope-to: {to}
X-Failed-Recipients: {ana}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.museum.example>
To: {to}
Subject: Mail delivery failed: returning message to sender
Date: Mon, 11 Jan 2027 09:00:10 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {ana}
    Unrouteable address: unknown user

------ This is a copy of the message, including all the headers. ------

Subject: Tomorrow
""",
    HARD, PATTERN, None,
)  # fmt: skip
DELAY_IN_WORDS = Sample(
    "delay in words",
    """
Return-Path: <>
From: Mailer-Daemon@mx.museum.example
To: {to}
Subject: Warning: could not send message for past 4 hours

    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

451 4.4.1 reply: read error from mx.museum.example
Will keep trying until message is 5 days old
""",
    DELAYED, TEXT, "4.4.1",
)  # fmt: skip
FRENCH = Sample(
    "french words",
    """
Return-Path: <>
From: =?utf-8?q?Syst=C3=A8me_de_messagerie?= <mailer-daemon@courrier.example>
To: {to}
Subject: =?utf-8?q?=C3=89chec_de_remise?=
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,
votre message n’a pas pu être remis : l’adresse {ana} est inconnue sur ce serveur.

--- Copie de votre message ---
Subject: 5.2.2
""",
    HARD, TEXT, None,
)  # fmt: skip
CODE_IN_TEXT = Sample(
    "code in text",
    """
Return-Path: <>
From: postmaster@old.museum.example
To: {to}
Subject: Delivery failure

The following could not be delivered.
Remote host said: 552 5.2.2 Mailbox full
""",
    SOFT, TEXT, "5.2.2",
)  # fmt: skip


def complaint(kind: str) -> str:
    """Return a complaint (RFC 5965), come to the address where complaints are sent."""
    return f"""
From: <feedback@arf.mail.example>
To: <complaints@wearemuseums.example>
Date: Mon, 11 Jan 2027 11:00:00 +0000
Subject: FW: Tomorrow: lending digital works
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="f1"

--f1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received on Mon, 11 Jan 2027.

--f1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Mail-FBL/2.0
Version: 0.1
Original-Mail-From: <{{to}}>
Original-Rcpt-To: {{ana}}
Source-IP: 192.0.2.7

--f1
Content-Type: message/rfc822
Content-Disposition: inline

Return-Path: <{{to}}>
Message-ID: <{{id}}@wearemuseums.example>
Subject: Tomorrow: lending digital works

Hello
--f1--
"""


ABUSE = Sample("complaint", complaint("abuse"), COMPLAINT, ARF)
NOT_SPAM = Sample("not spam after all", complaint("not-spam"), AUTO_REPLY, ARF)
OTHER_FEEDBACK = Sample("a report about authentication", complaint("auth-failure"), UNKNOWN, ARF)
VACATION = Sample(
    "vacation (RFC 3834)",
    """
Return-Path: <>
From: Ana <{ana}>
To: {to}
Subject: Re: Tomorrow: lending digital works
Auto-Submitted: auto-replied (vacation)

I am away until 550 5.1.1 next week.
""",
    AUTO_REPLY, NONE,
)  # fmt: skip
OUT_OF_OFFICE = Sample(
    "out of office", VACATION.raw.replace("Auto-Submitted: auto-replied (vacation)\n", "").replace(
        "Re: Tomorrow: lending digital works", "=?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_absente?="
    ), AUTO_REPLY, NONE,
)  # fmt: skip
RECEIPT = Sample(
    "receipt (RFC 8098)",
    report("", "", "").replace("delivery-status", "disposition-notification"), AUTO_REPLY, NONE,
)  # fmt: skip
HUMAN = Sample(
    "a person's answer",
    """
From: Ana <{ana}>
To: {to}
Subject: Re: Tomorrow: lending digital works

Dear team, my colleague got 550 5.1.1 when she wrote to you. Is that right?
""",
    UNKNOWN, NONE,
)  # fmt: skip
CHALLENGE = Sample(
    "a question from a filter",
    """
Return-Path: <>
From: filter@museum.example
To: {to}
Subject: Please confirm that you are a human being

Click here and your mail is let through.
""",
    UNKNOWN, NONE,
)  # fmt: skip

SAMPLES = [value for value in vars().copy().values() if isinstance(value, Sample)]
