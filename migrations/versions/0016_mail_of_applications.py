"""Which application or invitation a mail is about."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("application_id", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
        outbox.create_foreign_key(
            op.f("fk_outbox_application_id"), "application", ["application_id"], ["id"], ondelete="CASCADE"
        )
        outbox.create_foreign_key(
            op.f("fk_outbox_invitation_id"), "application_invitation", ["invitation_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_outbox_application_id"), "outbox", ["application_id"], unique=False)
    op.create_index(op.f("ix_outbox_invitation_id"), "outbox", ["invitation_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE application_id IS NOT NULL OR invitation_id IS NOT NULL")
    op.drop_index(op.f("ix_outbox_invitation_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_application_id"), table_name="outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("fk_outbox_invitation_id"), type_="foreignkey")
        outbox.drop_constraint(op.f("fk_outbox_application_id"), type_="foreignkey")
        outbox.drop_column("invitation_id")
        outbox.drop_column("application_id")
