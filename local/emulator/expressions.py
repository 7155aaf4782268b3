"""Metric math for alarms: the part of its syntax that is arithmetic on datapoints.

Numbers, metric ids, `+ - * / ^`, comparisons, `AND`/`OR`/`&&`/`||`, `IF`, `FILL`, `MAX`, `MIN`,
`SUM`, `AVG`, `ABS`, `CEIL`, `FLOOR`. Anything else is refused when the alarm is made.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping

Value = float | None

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_OF_LIST: dict[str, Callable[[list[float]], float]] = {
    "MAX": max,
    "MIN": min,
    "SUM": math.fsum,
    "AVG": lambda values: math.fsum(values) / len(values),
}
_OF_ONE: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
FUNCTIONS = {"IF", "FILL", *_OF_LIST, *_OF_ONE}


class UnsupportedExpression(ValueError):  # noqa: N818 -- reads as the sentence it starts
    """Metric math that is not understood here."""


def parse(expression: str) -> ast.expr:
    """Parse an expression, refusing whatever could not be evaluated later."""
    python = re.sub(r"\bAND\b|&&", " and ", expression)
    python = re.sub(r"\bOR\b|\|\|", " or ", python).replace("^", "**")
    try:
        tree = ast.parse(python.strip(), mode="eval").body
    except SyntaxError as error:
        raise UnsupportedExpression(f"Metric math {expression!r}: {error.msg}.") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name not in FUNCTIONS or node.keywords:
                raise UnsupportedExpression(f"Metric math {expression!r} calls {name}().")
        elif not isinstance(node, _ALLOWED):
            raise UnsupportedExpression(
                f"Metric math {expression!r}: {type(node).__name__} is not available."
            )
    return tree


_ALLOWED = (
    ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.Name, ast.Constant, ast.List,
    ast.operator, ast.boolop, ast.cmpop, ast.unaryop, ast.Load,
)  # fmt: skip


def evaluate(node: ast.expr, values: Mapping[str, Value]) -> Value:  # noqa: C901, PLR0911
    """The value of an expression for one period. Missing data gives missing data, as on AWS."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in values:
                raise UnsupportedExpression(f"Metric math names {name!r}, not a metric.")
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = evaluate(operand, values)
            return None if value is None else -value
        case ast.BoolOp(op=op, values=parts):
            known = [evaluate(part, values) for part in parts]
            if any(value is None for value in known):
                return None
            return float((all if isinstance(op, ast.And) else any)(known))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _both(_COMPARISONS[type(op)], evaluate(left, values), evaluate(right, values))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            a, b = evaluate(left, values), evaluate(right, values)
            return None if a is None or not b else a / b
        case ast.BinOp(left=left, op=op, right=right):
            return _both(_BINARY[type(op)], evaluate(left, values), evaluate(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, values)
    raise UnsupportedExpression(f"Metric math: {ast.unparse(node)} is not available.")


def _both(operation: Callable[[float, float], float], a: Value, b: Value) -> Value:
    return None if a is None or b is None else float(operation(a, b))


def _call(name: str, arguments: list[ast.expr], values: Mapping[str, Value]) -> Value:
    if name == "IF":
        condition = evaluate(arguments[0], values)
        if condition is None:
            return None
        if condition:
            return evaluate(arguments[1], values)
        return evaluate(arguments[2], values) if len(arguments) > 2 else None
    if name == "FILL":
        value = evaluate(arguments[0], values)
        return evaluate(arguments[1], values) if value is None else value
    if name in _OF_ONE:
        value = evaluate(arguments[0], values)
        return None if value is None else float(_OF_ONE[name](value))
    members = arguments[0].elts if isinstance(arguments[0], ast.List) else arguments
    known = [value for member in members if (value := evaluate(member, values)) is not None]
    return float(_OF_LIST[name](known)) if known else None
