"""The yardstick: the least that Flask and a database can do under the same server; one constant page, one INSERT."""

import os

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from registrar.app import ROOT
from registrar.db import engine_options, prepare
from registrar.settings import load_settings


class Base(DeclarativeBase):
    pass


class Entry(Base):
    """What one POST leaves behind."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]


alchemy = SQLAlchemy(model_class=Base, disable_autonaming=True)


def create_app() -> Flask:
    """Build the bare application on the engine that Registrar would have for this database."""
    url = load_settings(os.environ, ROOT / "config").database_url
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    alchemy.init_app(app)
    with app.app_context():
        prepare(alchemy.engine)

    @app.get("/")
    def page() -> str:
        return "<!doctype html><title>Yardstick</title><p>A constant page."

    @app.post("/")
    def keep() -> str:
        alchemy.session.add(Entry(name=request.form["name"], email=request.form["email"]))
        alchemy.session.commit()
        return "kept"

    return app


def create_tables(url: str) -> None:
    """Make the one table in an empty database."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
