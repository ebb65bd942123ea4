"""Seasons, programmes, sessions and past events."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "conference",
                "workshop",
                "meetups",
                "study",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("resources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("founder", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("default_timezone", sa.Text(), nullable=False),
        sa.Column("locales", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "ongoing",
                "archived",
                name="seasonstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started", sa.Text(), nullable=True),
        sa.Column("open_call_on", sa.Date(), nullable=True),
        sa.Column("demo_day_on", sa.Date(), nullable=True),
        sa.Column("programme_lines", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("resources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("slug", name=op.f("uq_season_slug")),
    )
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("affiliation", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("name", "affiliation", name=op.f("uq_speaker_name_affiliation")),
    )
    op.create_table(
        "event_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_session_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session")),
    )
    op.create_index(op.f("ix_event_session_event_id"), "event_session", ["event_id"], unique=False)
    op.create_table(
        "partnership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("(season_id IS NULL) <> (event_id IS NULL)", name=op.f("ck_partnership_of_one")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_partnership_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partnership_partner_id")),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_partnership_season_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("event_id", "partner_id", name=op.f("uq_partnership_event_id_partner_id")),
        sa.UniqueConstraint("season_id", "partner_id", name=op.f("uq_partnership_season_id_partner_id")),
    )
    op.create_index(op.f("ix_partnership_partner_id"), "partnership", ["partner_id"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "series",
                "cohort",
                "accelerator",
                name="programmekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "access",
            sa.Enum(
                "open", "application", "closed", name="access", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("weeks", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("applicant", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("mentors", sa.Integer(), nullable=True),
        sa.Column("eligible_after", sa.Text(), nullable=True),
        sa.Column("matched_with", sa.Text(), nullable=True),
        sa.Column("ends_with", sa.Text(), nullable=True),
        sa.Column("expected_registrations", sa.Integer(), nullable=True),
        sa.Column("after_each_session", sa.JSON(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("duration", sa.Interval(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("join_url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_programme_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
    )
    op.create_index(op.f("ix_programme_season_id"), "programme", ["season_id"], unique=False)
    op.create_table(
        "selection",
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_selection_institution_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_selection_season_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("season_id", "institution_id", name=op.f("pk_selection")),
    )
    op.create_index(op.f("ix_selection_institution_id"), "selection", ["institution_id"], unique=False)
    op.create_table(
        "event_speaker",
        sa.Column("event_session_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("speaker", "moderator", name="speakerpart", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_session_id"],
            ["event_session.id"],
            name=op.f("fk_event_speaker_event_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_event_speaker_speaker_id")),
        sa.PrimaryKeyConstraint("event_session_id", "speaker_id", name=op.f("pk_event_speaker")),
    )
    op.create_index(op.f("ix_event_speaker_speaker_id"), "event_speaker", ["speaker_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("description_fr", sa.Text(), nullable=False),
        sa.Column("join_url", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason_en", sa.Text(), nullable=False),
        sa.Column("cancel_reason_fr", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_fr", sa.Text(), nullable=False),
        sa.Column("recording_url", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_session_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_order")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_session_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("programme_id", "slug", name=op.f("uq_session_programme_id_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_session_uid")),
    )
    op.create_index(op.f("ix_session_programme_id"), "session", ["programme_id"], unique=False)
    op.create_index(op.f("ix_session_starts_at"), "session", ["starts_at"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_resource_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
    )
    op.create_index(op.f("ix_resource_session_id"), "resource", ["session_id"], unique=False)
    op.create_table(
        "session_speaker",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("speaker", "moderator", name="speakerpart", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_speaker_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_session_speaker_speaker_id")),
        sa.PrimaryKeyConstraint("session_id", "speaker_id", name=op.f("pk_session_speaker")),
    )
    op.create_index(op.f("ix_session_speaker_speaker_id"), "session_speaker", ["speaker_id"], unique=False)


def downgrade() -> None:
    op.drop_table("session_speaker")
    op.drop_table("resource")
    op.drop_table("session")
    op.drop_table("event_speaker")
    op.drop_table("selection")
    op.drop_table("programme")
    op.drop_table("partnership")
    op.drop_table("event_session")
    op.drop_table("speaker")
    op.drop_table("season")
    op.drop_table("partner")
    op.drop_table("organisation")
    op.drop_table("event")
