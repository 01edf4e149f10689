"""The house rules that no other tool checks: sizes, names, where SQL may stand, and what may touch money."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "leadreturns"
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
MOST_LINES = 300
MOST_BODY_LINES = 40
MOST_POSITIONAL = 5
NO_NOUNS = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc", "base", "shared", "tools"}
MONEY = (
    "core/money.py",
    "core/adjustment.py",
    "core/roi.py",
    "core/decision.py",
    "core/history.py",
    "core/rules.py",
    "store/",
    "workflows/import_returns.py",
    "workflows/review_returns.py",
)
"""Where whole minor units are made, added up and stored."""
SQL = re.compile(
    r"\b(SELECT\s|INSERT INTO\s|DELETE FROM\s|UPDATE \w+ SET\s|CREATE (TEMP )?(TABLE|INDEX|TRIGGER|VIEW)\s|PRAGMA )"
)
FRAGMENTS = {
    "act", "added", "approved", "columns", "computed", "conditions", "delivered", "dimension", "grouped", "join",
    "joins", "journal", "key", "keys", "late", "marks", "money", "month", "name", "names", "none", "own", "pragma",
    "sale_day", "source", "standing", "sums", "synchronous", "table", "values",
}  # fmt: skip
"""Local names that stand for parts of a statement, put together from constants; values are always bound."""


def tree_of(module: Path) -> ast.Module:
    return ast.parse((SOURCE / module).read_text(encoding="utf-8"), str(module))


TREES = {module: tree_of(module) for module in MODULES}


def nodes(*kinds: type[ast.AST], under: tuple[str, ...] = ("",)) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of those kinds in the modules whose path starts with one of `under`."""
    for module, tree in TREES.items():
        if str(module).startswith(under):
            yield from ((module, node) for node in ast.walk(tree) if isinstance(node, kinds))


def at(module: Path, node: ast.AST) -> str:
    return f"{module}:{getattr(node, 'lineno', 0)}"


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the constants that are docstrings, of attributes too."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


# ---- Sizes and names ---------------------------------------------------------------------------------------------


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 100


def test_modules_are_short() -> None:
    lines = {str(module): len((SOURCE / module).read_text(encoding="utf-8").splitlines()) for module in MODULES}

    assert {module: number for module, number in lines.items() if number > MOST_LINES} == {}


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield module, node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring not counted."""
    first, *rest = function.body
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    body = rest if is_docstring and rest else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_function_bodies_are_short() -> None:
    long = {f"{at(module, node)} {node.name}": body_lines(node) for module, node in functions()}

    assert {where: number for where, number in long.items() if number > MOST_BODY_LINES} == {}


def test_functions_take_few_positional_parameters() -> None:
    found = {}
    for module, node in functions():
        names = [each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")]
        if len(names) > MOST_POSITIONAL:
            found[f"{at(module, node)} {node.name}"] = names
    assert found == {}


def test_every_module_is_a_noun_with_a_home() -> None:
    words = {str(module): set(module.stem.split("_")) | set(module.parts[:-1]) for module in MODULES}

    assert {module: found & NO_NOUNS for module, found in words.items() if found & NO_NOUNS} == {}


def test_packages_are_two_deep() -> None:
    assert [str(module) for module in MODULES if len(module.parts) > 2] == []


def test_every_module_and_public_name_says_what_it_is_for() -> None:
    silent = [str(module) for module, tree in TREES.items() if not ast.get_docstring(tree)]
    for module, node in nodes(
        ast.ClassDef, under=("core/", "store/", "workflows/", "readers/", "writers/", "reports/")
    ):
        assert isinstance(node, ast.ClassDef)
        if not node.name.startswith("_") and not ast.get_docstring(node):
            silent.append(at(module, node))
    assert silent == []


def test_nothing_is_left_to_be_done_later() -> None:
    found = []
    for module in MODULES:
        for number, line in enumerate((SOURCE / module).read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", line):
                found.append(f"{module}:{number}")
    assert found == []


# ---- SQL ---------------------------------------------------------------------------------------------------------


def texts(under: tuple[str, ...] = ("",)) -> Iterator[tuple[Path, ast.Constant]]:
    """Every string in the code that is no docstring."""
    for module, tree in TREES.items():
        if str(module).startswith(under):
            spared = docstrings(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared:
                    yield module, node


def test_only_the_store_speaks_sql() -> None:
    elsewhere = [at(module, node) for module, node in texts() if SQL.search(node.value) and module.parts[0] != "store"]

    assert elsewhere == []


def test_transactions_begin_in_one_place() -> None:
    begun = {
        str(module) for module, node in texts() if re.match(r"BEGIN( IMMEDIATE| EXCLUSIVE| DEFERRED)?$", node.value)
    }

    assert begun == {"store/connection.py"}
    ended = {str(module) for module, node in texts() if re.match(r"(COMMIT|ROLLBACK)\b", node.value)}
    assert ended == {"store/connection.py"}


def called(node: ast.AST) -> str:
    """The last name of what a call calls."""
    assert isinstance(node, ast.Call)
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_nothing_commits_behind_our_back() -> None:
    """`executescript` and `to_sql` commit; `transform` drops triggers; `commit` belongs to the transaction alone."""
    banned = {"executescript", "to_sql", "transform", "commit", "rollback", "atomic", "insert_all", "upsert_all"}

    assert [at(module, node) for module, node in nodes(ast.Call) if called(node) in banned] == []


def test_no_connection_is_a_context() -> None:
    """`with connection:` opens no transaction, and commits the outer one."""
    found = []
    for module, node in nodes(ast.With, ast.AsyncWith):
        assert isinstance(node, (ast.With, ast.AsyncWith))
        for item in node.items:
            words = ast.unparse(item.context_expr).lower()
            if re.search(r"(^|[._])(connection|conn|database|db)$", words) or words.startswith("sqlite3.connect"):
                found.append(at(module, node))
    assert found == []


def test_sqlite_utils_makes_the_schema_and_nothing_else() -> None:
    users = set()
    for module, node in nodes(ast.Import, ast.ImportFrom):
        names = (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "") or ""]
        )
        users |= {str(module) for name in names if name.split(".")[0] == "sqlite_utils"}

    assert users == {"store/migrations.py"}


def is_fragment(expression: ast.expr) -> bool:
    """True for what can only be a constant part of a statement: a constant, a known fragment, or made of such."""
    if isinstance(expression, ast.Constant):
        return True
    if isinstance(expression, ast.Name):
        return expression.id in FRAGMENTS or expression.id.lstrip("_").isupper()
    if isinstance(expression, ast.JoinedStr):
        return all(is_fragment(part.value) for part in expression.values if isinstance(part, ast.FormattedValue))
    if isinstance(expression, ast.IfExp):
        return is_fragment(expression.body) and is_fragment(expression.orelse)
    if isinstance(expression, ast.Call):
        if isinstance(expression.func, ast.Attribute):
            return is_fragment(expression.func.value) and all(map(is_fragment, expression.args))
        return isinstance(expression.func, ast.Name) and expression.func.id.startswith(("_", "open_month"))
    return isinstance(expression, ast.Attribute) and expression.attr in FRAGMENTS


def test_values_are_bound_and_never_written_into_a_statement() -> None:
    found = []
    for module, node in nodes(ast.JoinedStr, under=("store/",)):
        assert isinstance(node, ast.JoinedStr)
        said = " ".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|FROM|SET|PRAGMA|TRIGGER|IN)\b", said):
            continue
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and not is_fragment(part.value):
                found.append(f"{at(module, node)} {ast.unparse(part.value)}")
    assert found == []


def test_no_statement_is_put_together_by_percent_or_format() -> None:
    found = []
    for module, node in nodes(ast.BinOp, ast.Call, under=("store/",)):
        text = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            text = node.func.value
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and SQL.search(text.value):
            found.append(at(module, node))
    assert found == []


# ---- Money -------------------------------------------------------------------------------------------------------


def test_no_float_comes_near_money() -> None:
    found = [at(module, node) for module, node in nodes(ast.Call, under=MONEY) if called(node) in ("float", "Decimal")]
    found += [
        at(module, node)
        for module, node in nodes(ast.Constant, under=MONEY)
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and str(module) != "store/connection.py"
    ]
    assert found == []


def test_money_is_not_divided_but_as_an_exact_fraction() -> None:
    found = []
    for module, node in nodes(ast.BinOp, ast.AugAssign, under=MONEY):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            left = node.left if isinstance(node, ast.BinOp) else node.target
            if not (isinstance(left, ast.Call) and called(left) == "Fraction"):
                found.append(at(module, node))
    assert found == []


@pytest.mark.parametrize("table", ["sales", "adjustments", "decisions", "returns", "cube", "totals"])
def test_money_columns_are_strict_integers(table: str) -> None:
    schema = (SOURCE / "store" / "schema_0001.sql").read_text(encoding="utf-8")
    found = re.search(rf"CREATE TABLE {table} \((.*?)\n\) STRICT", schema, re.DOTALL)
    assert found is not None

    columns = re.findall(r"^  (\w*_minor) (\w+)", found.group(1), re.MULTILINE)

    assert columns
    assert {kind for _, kind in columns} == {"INTEGER"}
    assert not re.search(r"^  \w+ (REAL|NUMERIC|FLOAT|DECIMAL)", schema, re.MULTILINE)
