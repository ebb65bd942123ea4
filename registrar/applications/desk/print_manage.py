"""Applications to print, one on each page, in full or as reviewers see them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications.desk import export_queries, list_queries, words
from registrar.applications.desk.blueprint import bp, found_call
from registrar.applications.desk.list_manage import filters
from registrar.applications.desk.reading_manage import asked_reader
from registrar.applications.desk.rules import MOST_PRINTED
from registrar.applications.documents.contents import Reader
from registrar.applications.visibility import view
from registrar.clock import now
from registrar.db import db
from registrar.web.access import staff


@bp.get("/calls/<slug>/applications/print")
@staff(Role.ORGANISER)
def printed(slug: str) -> ResponseReturnValue:
    """Show the filtered applications, each on a page of its own, as far as a printer can bear."""
    call, reader, who = found_call(slug), asked_reader(), signed_in_staff()
    wanted = filters(call, list_queries.counts(db, call, who))[1]
    ids = list_queries.ids(db, call, who, wanted)
    versions = export_queries.versions_used(db, call, who)
    found = export_queries.exported(db, call, who, ids[:MOST_PRINTED], versions)
    pages = [(each if reader is Reader.TEAM else None, view(each.source, reader)) for each in found]
    behind = {name: value for name, value in request.args.items() if name not in ("reader", "lang") and value}
    return render_template(
        "desk/print.html", call=call, pages=pages, total=len(ids), most=MOST_PRINTED, reader=reader, readers=Reader,
        words=words, now=now(), zone=who.timezone, behind=behind,
    )  # fmt: skip
