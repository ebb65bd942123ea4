"""Decisions in private, their release, offers within the places, and the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TRIGGERS = (
    (
        "offers_within_places", "application", "INSERT OR UPDATE",
        "NEW.offer IN ('open', 'accepted') AND (SELECT coalesce(call.places, 2147483647) FROM call "
        "WHERE call.id = NEW.call_id) < (SELECT count(*) FROM application WHERE application.call_id = NEW.call_id "
        "AND application.offer IN ('open', 'accepted'))",
        "offers and accepted offers never exceed the places",
    ),
    (
        "places_for_offers", "call", "UPDATE",
        "NEW.places IS NOT NULL AND NEW.places < (SELECT count(*) FROM application "
        "WHERE application.call_id = NEW.id AND application.offer IN ('open', 'accepted'))",
        "places are not taken away from offers",
    ),
    (
        "released_is_decided", "application", "UPDATE",
        "NEW.released_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.application_id = NEW.id "
        "AND decision.verdict IS NOT NULL)",
        "what is released was decided",
    ),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("application") as application:
        application.add_column(sa.Column("waitlist_position", sa.Integer(), nullable=True))
        application.create_unique_constraint(
            op.f("uq_application_call_id_waitlist_position"), ["call_id", "waitlist_position"]
        )
        application.create_check_constraint(
            op.f("ck_application_waitlist"),
            "waitlist_position IS NULL OR (released_verdict = 'waitlist' AND offer IS NULL)",
        )
    with op.batch_alter_table("call") as call:
        call.add_column(sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
        call.add_column(sa.Column("offer_days", sa.Integer(), nullable=False, server_default="7"))
        call.create_check_constraint(op.f("ck_call_offer_days"), "offer_days > 0")
    with op.batch_alter_table("call") as call:
        call.alter_column("offer_days", server_default=None)
    with op.batch_alter_table("letter_template") as letter:
        letter.drop_constraint(op.f("ck_letter_template_letteruse"), type_="check")
        letter.create_check_constraint(
            op.f("ck_letter_template_letteruse"), "use IN ('campaign', 'reminder', 'decision')"
        )
    op.create_table(
        "decision",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "accept", "waitlist", "decline", name="verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("waitlist_position", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.CheckConstraint("waitlist_position IS NULL OR verdict = 'waitlist'", name=op.f("ck_decision_waitlist")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_decision_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_decision_call_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_decision")),
        sa.UniqueConstraint("call_id", "waitlist_position", name=op.f("uq_decision_call_id_waitlist_position")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column(
            "hearing",
            sa.Enum("committee", "organisers", name="hearing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_contribution_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contribution_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index(op.f("ix_contribution_application_id"), "contribution", ["application_id"], unique=False)
    op.create_index(op.f("ix_contribution_staff_id"), "contribution", ["staff_id"], unique=False)
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_scenario_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
    )
    op.create_index(op.f("ix_scenario_call_id"), "scenario", ["call_id"], unique=False)
    op.create_table(
        "call_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "accept", "waitlist", "decline", name="verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_letter_call_id")),
        sa.ForeignKeyConstraint(["template_id"], ["letter_template.id"], name=op.f("fk_call_letter_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_letter")),
        sa.UniqueConstraint("call_id", "verdict", name=op.f("uq_call_letter_call_id_verdict")),
    )
    op.create_index(op.f("ix_call_letter_template_id"), "call_letter", ["template_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "done", "taken_back", name="releasestate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("offers_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (released_at IS NOT NULL)", name=op.f("ck_release_released")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_release_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_call_id"), "release", ["call_id"], unique=False)
    op.create_index(
        "uq_release_asked",
        "release",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("freed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum(
                "declined",
                "lapsed",
                "withdrawn",
                "more_places",
                name="freed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("waitlist_position", sa.Integer(), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(freed_by_id IS NULL) = (cause = 'more_places')", name=op.f("ck_promotion_cause")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_promotion_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_promotion_call_id")),
        sa.ForeignKeyConstraint(
            ["freed_by_id"], ["application.id"], name=op.f("fk_promotion_freed_by_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("freed_by_id", name=op.f("uq_promotion_freed_by_id")),
    )
    op.create_index(op.f("ix_promotion_application_id"), "promotion", ["application_id"], unique=False)
    op.create_index(op.f("ix_promotion_call_id"), "promotion", ["call_id"], unique=False)
    op.create_table(
        "roster_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_roster_entry_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_roster_entry_institution_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_roster_entry_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entry")),
        sa.UniqueConstraint("application_id", name=op.f("uq_roster_entry_application_id")),
    )
    op.create_index(op.f("ix_roster_entry_institution_id"), "roster_entry", ["institution_id"], unique=False)
    op.create_index(op.f("ix_roster_entry_programme_id"), "roster_entry", ["programme_id"], unique=False)
    for each in TRIGGERS:
        _add(*each)


def downgrade() -> None:
    for name, table, events, _wrong, _message in TRIGGERS:
        _remove(name, table, events)
    op.drop_table("roster_entry")
    op.drop_table("promotion")
    op.drop_table("release")
    op.drop_table("call_letter")
    op.drop_table("scenario")
    op.drop_table("contribution")
    op.drop_table("decision")
    op.execute(
        "DELETE FROM letter_version WHERE template_id IN (SELECT id FROM letter_template WHERE use = 'decision')"
    )
    op.execute("DELETE FROM letter_template WHERE use = 'decision'")
    with op.batch_alter_table("letter_template") as letter:
        letter.drop_constraint(op.f("ck_letter_template_letteruse"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_template_letteruse"), "use IN ('campaign', 'reminder')")
    with op.batch_alter_table("call") as call:
        call.drop_constraint(op.f("ck_call_offer_days"), type_="check")
        call.drop_column("offer_days")
        call.drop_column("frozen_at")
    with op.batch_alter_table("application") as application:
        application.drop_constraint(op.f("ck_application_waitlist"), type_="check")
        application.drop_constraint(op.f("uq_application_call_id_waitlist_position"), type_="unique")
        application.drop_column("waitlist_position")


def _add(name: str, table: str, events: str, wrong: str, message: str) -> None:
    """Add a trigger that refuses rows for which `wrong` holds, once they are written."""
    if op.get_bind().dialect.name == "sqlite":
        for event in events.split(" OR "):
            op.execute(
                f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table} WHEN {wrong} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {wrong} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _remove(name: str, table: str, events: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in events.split(" OR "):
            op.execute(f"DROP TRIGGER {name}_{event.lower()}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
