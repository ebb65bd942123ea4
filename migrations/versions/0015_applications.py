"""Applications with their answers, teams, ways in, files and what organisers put beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "withdrawn",
                name="lifecycle",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_version_id", sa.Integer(), nullable=True),
        sa.Column("counted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_asked", sa.Text(), nullable=False),
        sa.Column(
            "eligibility",
            sa.Enum("admitted", "refused", name="override", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("eligibility_reason", sa.Text(), nullable=False),
        sa.Column("eligibility_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eligibility_by", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column(
            "released_verdict",
            sa.Enum(
                "accept", "waitlist", "decline", name="verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "offer",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                name="offerstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "enrolment",
            sa.Enum(
                "enrolled",
                "completed",
                "dropped_out",
                name="enrolment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_application_withdrawn")),
        sa.CheckConstraint("enrolment IS NULL OR offer = 'accepted'", name=op.f("ck_application_enrolled")),
        sa.CheckConstraint(
            "state <> 'submitted' OR "
            "(submitted_at IS NOT NULL AND form_version_id IS NOT NULL AND counted_at IS NOT NULL)",
            name=op.f("ck_application_submitted"),
        ),
        sa.CheckConstraint("(eligibility IS NULL) = (eligibility_at IS NULL)", name=op.f("ck_application_eligibility")),
        sa.CheckConstraint("(offer IS NULL) = (offer_until IS NULL)", name=op.f("ck_application_offer_until")),
        sa.CheckConstraint("(released_verdict IS NULL) = (released_at IS NULL)", name=op.f("ck_application_released")),
        sa.CheckConstraint("offer IS NULL OR released_verdict IS NOT NULL", name=op.f("ck_application_offer_released")),
        sa.CheckConstraint(
            "released_at IS NULL OR submitted_at IS NOT NULL", name=op.f("ck_application_released_submitted")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_application_call_id")),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_version.id"], name=op.f("fk_application_form_version_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_application_institution_id")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["application.id"], name=op.f("fk_application_previous_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("reference", name=op.f("uq_application_reference")),
    )
    op.create_index("ix_application_call_id_state", "application", ["call_id", "state"], unique=False)
    op.create_index(op.f("ix_application_form_version_id"), "application", ["form_version_id"], unique=False)
    op.create_index(op.f("ix_application_institution_id"), "application", ["institution_id"], unique=False)
    op.create_index(op.f("ix_application_previous_id"), "application", ["previous_id"], unique=False)
    op.create_index(
        "uq_application_open",
        "application",
        ["call_id", "institution_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "answer",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_answer_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_version.id"], name=op.f("fk_answer_form_version_id")),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_answer_saved_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("application_id", "question", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_form_version_id"), "answer", ["form_version_id"], unique=False)
    op.create_index(op.f("ix_answer_saved_by_id"), "answer", ["saved_by_id"], unique=False)
    op.create_table(
        "application_member",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("lead", "editor", "reader", name="teamrole", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_section", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_member_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_member_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "person_id", name=op.f("pk_application_member")),
    )
    op.create_index(op.f("ix_application_member_person_id"), "application_member", ["person_id"], unique=False)
    op.create_table(
        "application_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum("lead", "editor", "reader", name="teamrole", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_number", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(application_id IS NULL) = (role IS NULL)", name=op.f("ck_application_invitation_role")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_invitation_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_application_invitation_call_id")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_application_invitation_invited_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_invitation")),
    )
    op.create_index(
        op.f("ix_application_invitation_application_id"), "application_invitation", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_application_invitation_email_key"), "application_invitation", ["email_key"], unique=False)
    op.create_index(
        op.f("ix_application_invitation_invited_by_id"), "application_invitation", ["invited_by_id"], unique=False
    )
    op.create_index(
        "uq_application_invitation_start",
        "application_invitation",
        ["call_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("application_id IS NULL AND used_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("application_id IS NULL AND used_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_index(
        "uq_application_invitation_team",
        "application_invitation",
        ["application_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_table(
        "application_join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("joined", "declined", name="requestoutcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_join_request_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_join_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_join_request")),
    )
    op.create_index(
        op.f("ix_application_join_request_application_id"), "application_join_request", ["application_id"], unique=False
    )
    op.create_index(
        op.f("ix_application_join_request_person_id"), "application_join_request", ["person_id"], unique=False
    )
    op.create_table(
        "grace_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("uses <= most_uses", name=op.f("ck_grace_link_uses")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_grace_link_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grace_link")),
    )
    op.create_index(op.f("ix_grace_link_application_id"), "grace_link", ["application_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_upload_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_upload_file_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_upload_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_application_id_question", "upload", ["application_id", "question"], unique=False)
    op.create_index(op.f("ix_upload_file_id"), "upload", ["file_id"], unique=False)
    op.create_index(op.f("ix_upload_uploaded_by_id"), "upload", ["uploaded_by_id"], unique=False)
    op.create_table(
        "application_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_note_application_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_application_note_staff_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_note")),
    )
    op.create_index(op.f("ix_application_note_application_id"), "application_note", ["application_id"], unique=False)
    op.create_index(op.f("ix_application_note_staff_id"), "application_note", ["staff_id"], unique=False)
    op.create_table(
        "application_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_tag_application_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_tag")),
        sa.UniqueConstraint("application_id", "tag", name=op.f("uq_application_tag_application_id_tag")),
    )
    op.create_index(op.f("ix_application_tag_tag"), "application_tag", ["tag"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_view_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("staff_id", "list", "name", name=op.f("uq_saved_view_staff_id_list_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("application_tag")
    op.drop_table("application_note")
    op.drop_table("upload")
    op.drop_table("stored_file")
    op.drop_table("grace_link")
    op.drop_table("application_join_request")
    op.drop_table("application_invitation")
    op.drop_table("application_member")
    op.drop_table("answer")
    op.drop_table("application")
