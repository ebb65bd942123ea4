"""Forms, their versions, which never change, and calls for applications."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("draft_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_form")),
        sa.UniqueConstraint("name", name=op.f("uq_application_form_name")),
    )
    op.create_table(
        "form_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["application_form.id"], name=op.f("fk_form_version_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
        sa.UniqueConstraint("form_id", "number", name=op.f("uq_form_version_form_id_number")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "closed", name="callstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("about_fr", sa.Text(), nullable=False),
        sa.Column("criteria_en", sa.Text(), nullable=False),
        sa.Column("criteria_fr", sa.Text(), nullable=False),
        sa.Column("after_en", sa.Text(), nullable=False),
        sa.Column("after_fr", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("grace", sa.Interval(), nullable=False),
        sa.Column("decides_on", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("eligibility", sa.JSON(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state = 'draft' OR form_version_id IS NOT NULL", name=op.f("ck_call_has_form")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_call_order")),
        sa.CheckConstraint("places IS NULL OR places > 0", name=op.f("ck_call_places")),
        sa.ForeignKeyConstraint(["form_id"], ["application_form.id"], name=op.f("fk_call_form_id")),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_version.id"], name=op.f("fk_call_form_version_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("slug", name=op.f("uq_call_slug")),
    )
    op.create_index(op.f("ix_call_form_id"), "call", ["form_id"], unique=False)
    op.create_index(op.f("ix_call_form_version_id"), "call", ["form_version_id"], unique=False)
    op.create_index(op.f("ix_call_programme_id"), "call", ["programme_id"], unique=False)
    _keep_versions_as_they_are()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER form_version_immutable ON form_version")
        op.execute("DROP FUNCTION form_version_immutable()")
    op.drop_table("call")
    op.drop_table("form_version")
    op.drop_table("application_form")


def _keep_versions_as_they_are() -> None:
    """What teams have answered never changes; a version may go while nothing hangs on it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER form_version_immutable BEFORE UPDATE ON form_version "
            "BEGIN SELECT RAISE(ABORT, 'a published form version never changes'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION form_version_immutable() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a published form version never changes'; END $$"
    )
    op.execute(
        "CREATE TRIGGER form_version_immutable BEFORE UPDATE ON form_version "
        "FOR EACH ROW EXECUTE FUNCTION form_version_immutable()"
    )
