"""The schema: up, down and compared with the models, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, inspect

from registrar import migrations
from registrar.db import engine_options, prepare
from tests.databases import KINDS, Databases


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    url = databases.fresh_url(request.param)
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    yield engine
    engine.dispose()
    databases.drop(url)


def test_the_migrated_schema_is_the_one_of_the_models(engine: Engine) -> None:
    migrations.upgrade(engine)

    assert migrations.differences(engine) == []


def test_the_newest_migration_is_the_one_in_the_head_file(engine: Engine) -> None:
    migrations.upgrade(engine)

    assert migrations.current(engine) == migrations.head()


def test_migrating_down_leaves_nothing_behind(engine: Engine) -> None:
    migrations.upgrade(engine)

    migrations.downgrade(engine)

    assert inspect(engine).get_table_names() == ["alembic_version"]
