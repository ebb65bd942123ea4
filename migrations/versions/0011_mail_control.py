"""Gates, machines, rates and bounce reports; what a mail belongs to; more reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SUPPRESSION_REASONS = ("bounce", "not_me")
REASONS = (
    "unsubscribed", "withdrawn", "not_confirmed", "session_cancelled", "rescheduled", "superseded", "late",
    "suppressed", "expired", "erased", "smtp", "fault",
)  # fmt: skip


def among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("letter_version_id", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("topic", sa.Text(), nullable=True))
        outbox.create_foreign_key(op.f("fk_outbox_campaign_id"), "campaign", ["campaign_id"], ["id"])
        outbox.create_foreign_key(op.f("fk_outbox_letter_version_id"), "letter_version", ["letter_version_id"], ["id"])
        outbox.drop_constraint(op.f("ck_outbox_reason"), type_="check")
        outbox.create_check_constraint(
            op.f("ck_outbox_reason"), among("reason", (*REASONS, "switched_off", "taken_back", "no_basis"))
        )
    op.create_index("ix_outbox_campaign_id_state", "outbox", ["campaign_id", "state"], unique=False)
    with op.batch_alter_table("suppression") as suppression:
        suppression.add_column(sa.Column("detail", sa.Text(), nullable=False, server_default=""))
        suppression.add_column(sa.Column("outbox_id", sa.Integer(), nullable=True))
        suppression.add_column(sa.Column("created_by", sa.Text(), nullable=False, server_default="worker"))
        suppression.create_foreign_key(
            op.f("fk_suppression_outbox_id"), "outbox", ["outbox_id"], ["id"], ondelete="SET NULL"
        )
        suppression.drop_constraint(op.f("ck_suppression_suppressionreason"), type_="check")
        suppression.create_check_constraint(
            op.f("ck_suppression_suppressionreason"),
            among("reason", (*SUPPRESSION_REASONS, "soft_bounces", "complaint", "by_hand")),
        )
    with op.batch_alter_table("suppression") as suppression:
        suppression.alter_column("detail", server_default=None)
        suppression.alter_column("created_by", server_default=None)
    op.create_index(op.f("ix_suppression_outbox_id"), "suppression", ["outbox_id"], unique=False)
    op.add_column("mail_attempt", sa.Column("domain_group", sa.Text(), nullable=True))
    op.create_index(op.f("ix_mail_attempt_ended_at"), "mail_attempt", ["ended_at"], unique=False)
    op.create_table(
        "mail_gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "paused",
                "copy",
                "clock",
                "content",
                name="gatereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_gate")),
        sa.UniqueConstraint("scope", name=op.f("uq_mail_gate_scope")),
    )
    op.create_table(
        "mail_machine",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_machine")),
    )
    op.create_table(
        "mail_rate",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_mail_rate")),
    )
    op.create_table(
        "bounce_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "hard",
                "soft",
                "delayed",
                "complaint",
                "auto_reply",
                "unknown",
                name="reportverdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "dsn",
                "arf",
                "pattern",
                "text",
                "none",
                name="reportmethod",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("diagnostic", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "waiting",
                "settled",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_bounce_report_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce_report")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bounce_report_fingerprint")),
    )
    op.create_index(op.f("ix_bounce_report_outbox_id"), "bounce_report", ["outbox_id"], unique=False)
    op.create_index("ix_bounce_report_state_received_at", "bounce_report", ["state", "received_at"], unique=False)


def downgrade() -> None:
    op.drop_table("bounce_report")
    op.drop_table("mail_rate")
    op.drop_table("mail_machine")
    op.drop_table("mail_gate")
    op.drop_index(op.f("ix_mail_attempt_ended_at"), table_name="mail_attempt")
    op.drop_column("mail_attempt", "domain_group")
    op.execute("DELETE FROM suppression WHERE reason NOT IN ('bounce', 'not_me')")
    with op.batch_alter_table("suppression") as suppression:
        suppression.drop_index(op.f("ix_suppression_outbox_id"))
        suppression.drop_constraint(op.f("fk_suppression_outbox_id"), type_="foreignkey")
        suppression.drop_constraint(op.f("ck_suppression_suppressionreason"), type_="check")
        suppression.create_check_constraint(
            op.f("ck_suppression_suppressionreason"), among("reason", SUPPRESSION_REASONS)
        )
        suppression.drop_column("detail")
        suppression.drop_column("outbox_id")
        suppression.drop_column("created_by")
    op.execute("UPDATE outbox SET reason = 'withdrawn' WHERE reason IN ('switched_off', 'taken_back', 'no_basis')")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_index("ix_outbox_campaign_id_state")
        outbox.drop_constraint(op.f("fk_outbox_campaign_id"), type_="foreignkey")
        outbox.drop_constraint(op.f("fk_outbox_letter_version_id"), type_="foreignkey")
        outbox.drop_constraint(op.f("ck_outbox_reason"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_reason"), among("reason", REASONS))
        outbox.drop_column("campaign_id")
        outbox.drop_column("letter_version_id")
        outbox.drop_column("topic")
