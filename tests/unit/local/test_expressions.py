import pytest

from local.emulator.expressions import UnsupportedExpression, evaluate, parse


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("IF(age > 600 AND FILL(deleted, 0) < 1, 1, 0)", 1),
        ("IF(age > 600 AND deleted < 1, 1, 0)", None),
        ("(errors / invocations) * 100", 10),
        ("errors / 0", None),
        ("SUM([errors, invocations, deleted])", 22),
        ("MAX(errors, 5) - -1", 6),
        ("age >= 900 || errors == 0", 1),
        ("invocations ^ 2", 400),
    ],
)
def test_expression_has_the_value_cloudwatch_gives(expression: str, value: float | None) -> None:
    values = {"age": 900.0, "deleted": None, "errors": 2.0, "invocations": 20.0}
    assert evaluate(parse(expression), values) == value


@pytest.mark.parametrize("expression", ["SEARCH('x')", "__import__('os')", "a.b", "RATE(a)", "1 +"])
def test_what_cannot_be_evaluated_is_refused_at_once(expression: str) -> None:
    with pytest.raises(UnsupportedExpression):
        parse(expression)


def test_unknown_name_is_told() -> None:
    with pytest.raises(UnsupportedExpression, match="'b'"):
        evaluate(parse("a + b"), {"a": 1.0})
