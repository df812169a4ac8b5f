"""Episodes, complaints and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def owner(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "episode",
        sa.Column("token", sa.String(43), primary_key=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("respondent", sa.String(20), nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(43), owner("episode.token"), nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("areas", sa.String(2000), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.UniqueConstraint("token", "number"),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("complaint_id", sa.Integer, owner("complaint.id"), nullable=False, index=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("finding", sa.String(80), nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("given", sa.DateTime, nullable=False),
        sa.UniqueConstraint("complaint_id", "place"),
    )


def downgrade() -> None:
    op.drop_table("answer")
    op.drop_table("complaint")
    op.drop_table("episode")
