"""Reminder rules and plans."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column(
            "anchor",
            sa.Enum("start", "published", name="anchor", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lead", sa.Interval(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("confirmed", "missed", name="audience", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reminder_rule_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint("programme_id", "anchor", "lead", name=op.f("uq_reminder_rule_programme_id_anchor_lead")),
    )
    op.create_table(
        "reminder_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "done",
                "void",
                "late",
                "superseded",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["reminder_rule.id"], name=op.f("fk_reminder_plan_rule_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_reminder_plan_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_plan")),
        sa.UniqueConstraint(
            "session_id", "rule_id", "revision", name=op.f("uq_reminder_plan_session_id_rule_id_revision")
        ),
    )
    op.create_index(
        "ix_reminder_plan_due",
        "reminder_plan",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
        sqlite_where=sa.text("state = 'planned'"),
    )
    op.create_index(op.f("ix_reminder_plan_rule_id"), "reminder_plan", ["rule_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reminder_plan")
    op.drop_table("reminder_rule")
