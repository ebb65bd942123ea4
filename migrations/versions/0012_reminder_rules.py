"""Reminder rules at wall-clock times, for more audiences, in own words; exemptions of single sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ANCHORS = ("start", "published")
AUDIENCES = ("confirmed", "missed")


def among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


COLUMNS = ["programme_id", "anchor", "lead", "audience"]
INDEXES = (
    ("uq_reminder_rule_elapsed", COLUMNS, "at_local IS NULL"),
    ("uq_reminder_rule_wall_clock", [*COLUMNS, "at_local"], "at_local IS NOT NULL"),
)
DROP_NEW = (
    "DELETE FROM reminder_plan WHERE rule_id IN (SELECT id FROM reminder_rule "
    "WHERE anchor = 'end' OR audience IN ('settled', 'waiting') OR at_local IS NOT NULL)",
    "DELETE FROM reminder_rule WHERE anchor = 'end' OR audience IN ('settled', 'waiting') OR at_local IS NOT NULL",
)
"""Rules that the older schema cannot hold."""


def upgrade() -> None:
    with op.batch_alter_table("reminder_rule") as rule:
        rule.add_column(sa.Column("at_local", sa.Time(), nullable=True))
        rule.add_column(sa.Column("template_id", sa.Integer(), nullable=True))
        rule.create_foreign_key(op.f("fk_reminder_rule_template_id"), "letter_template", ["template_id"], ["id"])
        rule.drop_constraint(op.f("uq_reminder_rule_programme_id_anchor_lead"), type_="unique")
        rule.drop_constraint(op.f("ck_reminder_rule_anchor"), type_="check")
        rule.drop_constraint(op.f("ck_reminder_rule_audience"), type_="check")
        rule.create_check_constraint(op.f("ck_reminder_rule_anchor"), among("anchor", (*ANCHORS, "end")))
        rule.create_check_constraint(
            op.f("ck_reminder_rule_audience"), among("audience", (*AUDIENCES, "settled", "waiting"))
        )
    for name, columns, where in INDEXES:
        op.create_index(
            name, "reminder_rule", columns, unique=True, postgresql_where=sa.text(where), sqlite_where=sa.text(where)
        )
    with op.batch_alter_table("reminder_plan") as plan:
        plan.add_column(sa.Column("queued", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("reminder_plan") as plan:
        plan.alter_column("queued", server_default=None)
    op.create_table(
        "reminder_exemption",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["reminder_rule.id"], name=op.f("fk_reminder_exemption_rule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_reminder_exemption_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "rule_id", name=op.f("pk_reminder_exemption")),
    )


def downgrade() -> None:
    op.drop_table("reminder_exemption")
    op.drop_column("reminder_plan", "queued")
    for statement in DROP_NEW:
        op.execute(statement)
    for name, _columns, _where in INDEXES:
        op.drop_index(name, table_name="reminder_rule")
    with op.batch_alter_table("reminder_rule") as rule:
        rule.drop_constraint(op.f("fk_reminder_rule_template_id"), type_="foreignkey")
        rule.drop_constraint(op.f("ck_reminder_rule_anchor"), type_="check")
        rule.drop_constraint(op.f("ck_reminder_rule_audience"), type_="check")
        rule.create_check_constraint(op.f("ck_reminder_rule_anchor"), among("anchor", ANCHORS))
        rule.create_check_constraint(op.f("ck_reminder_rule_audience"), among("audience", AUDIENCES))
        rule.drop_column("at_local")
        rule.drop_column("template_id")
        rule.create_unique_constraint(
            op.f("uq_reminder_rule_programme_id_anchor_lead"), ["programme_id", "anchor", "lead"]
        )
