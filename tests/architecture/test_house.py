"""The house holds: floors, who commits, sizes, policies; and a planted violation is caught."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registrar.web import access

COMMITTERS = re.compile(r"(views|manage|cli|transactions|joining|unsubscribing|first_start)\.py$")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def sources(root: Path) -> Iterator[Path]:
    return (root / "registrar").rglob("*.py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lint(folder: Path) -> int:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, check=False, env={"PYTHONPATH": str(folder)}
    ).returncode


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root / "registrar", tmp_path / "registrar", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_go_downward_only(copy: Path) -> None:
    assert lint(copy) == 0


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("people/models.py", "from registrar.weekly import models"),
        ("weekly/models.py", "from registrar.reminders import models"),
        ("weekly/rules.py", "import flask"),
        ("mail/models.py", "from registrar.mail import operations"),
    ],
)
def test_a_planted_violation_is_caught(copy: Path, file: str, line: str) -> None:
    with (copy / "registrar" / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")

    assert lint(copy) == 1


def test_only_views_commands_and_the_worker_commit(root: Path) -> None:
    committing = [path for path in sources(root) if ".commit(" in path.read_text(encoding="utf-8")]
    below = ("db.py", "migrations.py")

    assert [str(each) for each in committing if not COMMITTERS.search(each.name) and each.name not in below] == []


def test_files_stay_below_300_lines(root: Path) -> None:
    long = {path.name: n for path in sources(root) if (n := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE}

    assert long == {}


def test_functions_stay_below_40_lines(root: Path) -> None:
    long = [
        f"{path.name}:{node.name}"
        for path in sources(root)
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_every_module_says_what_it_holds(root: Path) -> None:
    assert [path.name for path in sources(root) if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_importing_rules_loads_no_flask() -> None:
    code = "import registrar.weekly.rules, registrar.mail.rules, sys; print('flask' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout == "False\n"


def test_pages_hold_no_inline_style_and_no_inline_handler(root: Path) -> None:
    inline = re.compile(r"<[^>{%]*\s(style=|on[a-z]+=\")", re.I)
    pages = [path for path in (root / "templates").rglob("*.html") if "emails" not in path.parts]

    assert [str(path) for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []


def test_a_route_without_a_policy_stops_the_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/open-door", "open_door", lambda: "come in")

    with pytest.raises(access.UndeclaredPolicyError, match="open_door"):
        access.check_policies(app)


def test_every_route_of_the_application_declares_its_policy(shared_app: Flask) -> None:
    with shared_app.app_context():
        assert [rule.endpoint for rule in shared_app.url_map.iter_rules() if not access.policy_of(rule.endpoint)] == []
