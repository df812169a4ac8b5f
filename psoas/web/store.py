"""What is kept: episodes, their complaints, and every answer in the order it was given.

An answer is written before the next page is shown, so that a killed process loses none. The session of a
complaint is written with it: the answers are the record of what was said, the session is where the interview
stands. Inside `open` stands no await, so one process runs one block at a time; another process waits, since every
block holds the right to write from its first line. Logs and errors never hold an answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import ForeignKey, String, UniqueConstraint, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.orm import Session as Database

from psoas.interview import Session

PRAGMAS = ("busy_timeout=5000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
ERASED = "erased"
MIGRATIONS = Path(__file__).parent / "migrations"


class Base(DeclarativeBase):
    pass


class Episode(Base):
    """One person's trouble, behind an unguessable link."""

    __tablename__ = "episode"
    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    respondent: Mapped[str] = mapped_column(String(20))
    started: Mapped[datetime]
    complaints: Mapped[list[Complaint]] = relationship(
        back_populates="episode", cascade="all, delete-orphan", order_by="Complaint.number"
    )


class Complaint(Base):
    """A place that hurts, with its session. version counts the answers, so that two tabs see each other."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("token", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(ForeignKey("episode.token", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    areas: Mapped[str] = mapped_column(String(2000), default="")
    version: Mapped[int] = mapped_column(default=0)
    session: Mapped[str]
    episode: Mapped[Episode] = relationship(back_populates="complaints")
    answers: Mapped[list[Answer]] = relationship(
        back_populates="complaint", cascade="all, delete-orphan", order_by="Answer.place"
    )


class Answer(Base):
    """One answer as it was given; value is JSON."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("complaint_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]
    finding: Mapped[str] = mapped_column(String(80))
    value: Mapped[str]
    given: Mapped[datetime]
    complaint: Mapped[Complaint] = relationship(back_populates="answers")


def read_session(complaint: Complaint) -> Session:
    return msgspec.json.decode(complaint.session, type=Session)


def written(session: Session) -> str:
    return msgspec.json.encode(session).decode()


class Store:
    """A database, brought to the newest schema when it is opened."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        migrate(self.engine)

    @contextmanager
    def open(self) -> Iterator[Database]:
        """A transaction: kept when the block ends, undone when it raises. After an erasure the files are tidied."""
        with Database(self.engine, expire_on_commit=False) as database:
            with database.begin():
                yield database
            erased = ERASED in database.info
        if erased:
            self.tidy()

    def tidy(self) -> bool:
        """Move everything into the database file and empty its log, so that what was erased is in no file.

        False when another process was reading just then; its next tidy does it.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.close()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Tidy up and let go of the files."""
        self.tidy()
        self.engine.dispose()

    def start(self, database: Database, country: str, respondent: str, now: datetime) -> Episode:
        """A new episode with its first complaint."""
        episode = Episode(token=secrets.token_urlsafe(32), country=country, respondent=respondent, started=now)
        database.add(episode)
        self.add_complaint(database, episode, Session(answers={"respondent": respondent}))
        return episode

    def add_complaint(self, database: Database, episode: Episode, session: Session) -> Complaint:
        number = 1 + max((complaint.number for complaint in episode.complaints), default=0)
        complaint = Complaint(number=number, session=written(session), areas="", version=0)
        episode.complaints.append(complaint)
        database.flush()
        return complaint

    def episode(self, database: Database, token: str) -> Episode | None:
        return database.get(Episode, token)

    def give(
        self,
        complaint: Complaint,
        answers: list[tuple[str, Any]],
        step: Callable[[Session, str, Any], Session],
        now: datetime,
    ) -> Session:
        """Write the answers and the session that they lead to, both or neither."""
        session = read_session(complaint)
        for finding, value in answers:
            session = step(session, finding, value)
            complaint.version += 1
            stored = msgspec.json.encode(value).decode()
            complaint.answers.append(Answer(place=complaint.version, finding=finding, value=stored, given=now))
        complaint.session = written(session)
        return session

    def keep(self, complaint: Complaint, session: Session) -> None:
        complaint.session = written(session)

    def erase(self, database: Database, episode: Episode) -> None:
        """Everything of an episode, at once; `open` tidies the files when the block has ended."""
        database.delete(episode)
        database.info[ERASED] = True


def make_engine(url: str) -> Engine:
    """An engine that puts no answer into its errors; SQLite with a write-ahead log and deleted rows overwritten.

    On SQLite a transaction takes the right to write at once (BEGIN IMMEDIATE), so that two processes which read a
    session and write the next one come after each other. Raises sqlalchemy.exc.SQLAlchemyError on a URL that is none.
    """
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # the driver begins nothing by itself
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
