"""Phases, rubric, reviewers, conflicts, assignments and reviews of a call; no assignment where a conflict is."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TRIGGERS = (
    (
        "assignment_without_conflict", "assignment", "INSERT OR UPDATE",
        "NEW.state <> 'conflicted' AND EXISTS (SELECT 1 FROM conflict WHERE conflict.state = 'confirmed' "
        "AND conflict.staff_id = (SELECT reviewer.staff_id FROM reviewer WHERE reviewer.id = NEW.reviewer_id) "
        "AND conflict.application_id = NEW.application_id)",
        "no assignment where a conflict of interest is confirmed",
    ),
    (
        "conflict_without_assignment", "conflict", "INSERT OR UPDATE",
        "NEW.state = 'confirmed' AND EXISTS (SELECT 1 FROM assignment "
        "JOIN reviewer ON reviewer.id = assignment.reviewer_id "
        "WHERE assignment.state <> 'conflicted' AND reviewer.staff_id = NEW.staff_id "
        "AND assignment.application_id = NEW.application_id)",
        "a confirmed conflict of interest ends the assignment first",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "review_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("sees_names", sa.Boolean(), nullable=False),
        sa.Column("scores", sa.Boolean(), nullable=False),
        sa.Column(
            "sees_others",
            sa.Enum("never", "after_own", "always", name="sees", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("discusses", sa.Boolean(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_review_phase_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_phase")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_review_phase_call_id_position")),
    )
    op.create_index(
        "uq_review_phase_active",
        "review_phase",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("active_since IS NOT NULL"),
        postgresql_where=sa.text("active_since IS NOT NULL"),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("help_fr", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("weight > 0", name=op.f("ck_criterion_weight")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_criterion_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_criterion_call_id_position")),
    )
    op.create_table(
        "reviewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("load >= 0", name=op.f("ck_reviewer_load")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_reviewer_call_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reviewer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer")),
        sa.UniqueConstraint("call_id", "staff_id", name=op.f("uq_reviewer_call_id_staff_id")),
    )
    op.create_index(op.f("ix_reviewer_staff_id"), "reviewer", ["staff_id"], unique=False)
    op.create_table(
        "reviewer_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column(
            "tie",
            sa.Enum(
                "works_at",
                "worked_at",
                "mentored",
                "cohort",
                name="tie",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_reviewer_tie_institution_id")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name=op.f("fk_reviewer_tie_reviewer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_tie")),
        sa.UniqueConstraint(
            "reviewer_id", "institution_id", "tie", name=op.f("uq_reviewer_tie_reviewer_id_institution_id_tie")
        ),
    )
    op.create_index(op.f("ix_reviewer_tie_institution_id"), "reviewer_tie", ["institution_id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "reviewer",
                "team",
                "organiser",
                "institution",
                "domain",
                "parent",
                "cohort",
                "mentoring",
                name="conflictsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "suggested",
                "confirmed",
                "dismissed",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_conflict_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_conflict_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint("staff_id", "application_id", name=op.f("uq_conflict_staff_id_application_id")),
    )
    op.create_index(op.f("ix_conflict_application_id"), "conflict", ["application_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "assigned",
                "abstained",
                "recused",
                "conflicted",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'assigned' OR state = 'conflicted' OR reason <> ''", name=op.f("ck_assignment_reason")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_assignment_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"], name=op.f("fk_assignment_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("application_id", "reviewer_id", name=op.f("uq_assignment_application_id_reviewer_id")),
    )
    op.create_index(op.f("ix_assignment_application_id_state"), "assignment", ["application_id", "state"])
    op.create_index(
        op.f("ix_assignment_reviewer_id_state_application_id"), "assignment", ["reviewer_id", "state", "application_id"]
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "submitted", name="reviewstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_review_submitted")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_review_assignment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_review_assignment_id")),
    )
    op.create_index(op.f("ix_review_assignment_id_state_version"), "review", ["assignment_id", "state", "version"])
    op.create_table(
        "review_score",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_review_score_criterion_id")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_score_review_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("review_id", "criterion_id", name=op.f("pk_review_score")),
    )
    op.create_index(op.f("ix_review_score_criterion_id"), "review_score", ["criterion_id"], unique=False)
    for each in TRIGGERS:
        _add(*each)


def downgrade() -> None:
    for name, table, events, _wrong, _message in TRIGGERS:
        _remove(name, table, events)
    op.drop_table("review_score")
    op.drop_table("review")
    op.drop_table("assignment")
    op.drop_table("conflict")
    op.drop_table("reviewer_tie")
    op.drop_table("reviewer")
    op.drop_table("criterion")
    op.drop_table("review_phase")


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
