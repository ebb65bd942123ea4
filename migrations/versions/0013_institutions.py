"""Institutions: other names, domains, identifiers, people in roles, merges; programme lines and who completed them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "museum", "gallery", "library", "archive", "heritage_site", "cultural_centre", "foundation", "university",
    "association", "other", name="institutionkind", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip
COLUMNS = (
    "kind", "website", "parent_id", "ror", "wikidata", "isil", "created_at", "confirmed_at", "merged_into_id",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("institution") as institution:
        institution.add_column(sa.Column("kind", KIND, nullable=True))
        institution.add_column(sa.Column("website", sa.Text(), nullable=True))
        institution.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        institution.add_column(sa.Column("ror", sa.Text(), nullable=True))
        institution.add_column(sa.Column("wikidata", sa.Text(), nullable=True))
        institution.add_column(sa.Column("isil", sa.Text(), nullable=True))
        institution.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        institution.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        institution.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        institution.create_foreign_key(op.f("fk_institution_parent_id"), "institution", ["parent_id"], ["id"])
        institution.create_foreign_key(op.f("fk_institution_merged_into_id"), "institution", ["merged_into_id"], ["id"])
        institution.create_check_constraint(op.f("ck_institution_parent"), "parent_id IS NULL OR parent_id <> id")
        institution.create_check_constraint(
            op.f("ck_institution_merged"), "merged_into_id IS NULL OR merged_into_id <> id"
        )
    # What is here came from the catalogue.
    op.execute("UPDATE institution SET created_at = CURRENT_TIMESTAMP, confirmed_at = CURRENT_TIMESTAMP")
    with op.batch_alter_table("institution") as institution:
        institution.alter_column("created_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(op.f("ix_institution_parent_id"), "institution", ["parent_id"], unique=False)
    op.create_index(op.f("ix_institution_merged_into_id"), "institution", ["merged_into_id"], unique=False)
    with op.batch_alter_table("programme") as programme:
        programme.add_column(sa.Column("line", sa.Text(), nullable=True))
    op.execute("UPDATE programme SET line = slug")
    with op.batch_alter_table("programme") as programme:
        programme.alter_column("line", existing_type=sa.Text(), nullable=False)
    op.create_index(op.f("ix_programme_line"), "programme", ["line"], unique=False)
    op.create_table(
        "institution_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_institution_alias_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_alias")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_institution_alias_institution_id_name")),
    )
    op.create_table(
        "institution_domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_institution_domain_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_domain")),
        sa.UniqueConstraint("institution_id", "domain", name=op.f("uq_institution_domain_institution_id_domain")),
    )
    op.create_index(op.f("ix_institution_domain_domain"), "institution_domain", ["domain"], unique=False)
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "director",
                "contact",
                "member",
                "former",
                name="institutionrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_affiliation_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
        sa.UniqueConstraint("institution_id", "person_id", name=op.f("uq_affiliation_institution_id_person_id")),
    )
    op.create_index(op.f("ix_affiliation_person_id"), "affiliation", ["person_id"], unique=False)
    op.create_table(
        "institution_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["institution.id"], name=op.f("fk_institution_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["institution.id"], name=op.f("fk_institution_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_merge")),
    )
    op.create_index(op.f("ix_institution_merge_kept_id"), "institution_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_institution_merge_merged_id"), "institution_merge", ["merged_id"], unique=False)
    op.create_table(
        "institution_not_the_same",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_institution_not_the_same_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["institution.id"], name=op.f("fk_institution_not_the_same_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["institution.id"], name=op.f("fk_institution_not_the_same_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_institution_not_the_same")),
    )
    op.create_index(
        op.f("ix_institution_not_the_same_second_id"), "institution_not_the_same", ["second_id"], unique=False
    )
    op.create_table(
        "completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_completion_institution_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_completion_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint(
            "institution_id", "line", "season_id", name=op.f("uq_completion_institution_id_line_season_id")
        ),
    )
    op.create_index(op.f("ix_completion_institution_id"), "completion", ["institution_id"], unique=False)
    op.create_index(op.f("ix_completion_season_id"), "completion", ["season_id"], unique=False)


def downgrade() -> None:
    op.drop_table("completion")
    op.drop_table("institution_not_the_same")
    op.drop_table("institution_merge")
    op.drop_table("affiliation")
    op.drop_table("institution_domain")
    op.drop_table("institution_alias")
    op.drop_index(op.f("ix_programme_line"), table_name="programme")
    with op.batch_alter_table("programme") as programme:
        programme.drop_column("line")
    op.drop_index(op.f("ix_institution_merged_into_id"), table_name="institution")
    op.drop_index(op.f("ix_institution_parent_id"), table_name="institution")
    with op.batch_alter_table("institution") as institution:
        institution.drop_constraint(op.f("ck_institution_merged"), type_="check")
        institution.drop_constraint(op.f("ck_institution_parent"), type_="check")
        institution.drop_constraint(op.f("ck_institution_institutionkind"), type_="check")
        institution.drop_constraint(op.f("fk_institution_merged_into_id"), type_="foreignkey")
        institution.drop_constraint(op.f("fk_institution_parent_id"), type_="foreignkey")
        for column in COLUMNS:
            institution.drop_column(column)
