"""Codes that are mailed: whose they are, how many, and how often they are guessed."""

from local.emulator.challenges import CODE_SECONDS, MAX_CODES, MAX_KEPT, MAX_WRONG_CODES, Codes
from tests.unit.local.sign_in.emulator import ADA, EVE, Ask, Clock, Emulator


def test_a_code_is_random_and_can_be_guessed_a_few_times_within_an_hour() -> None:
    clock = Clock()
    codes = Codes(clock)
    assert not codes.may_try("reset", ADA)
    made = {codes.make("reset", ADA) for _ in range(50)}
    assert len(made) > 45
    assert all(len(code) == 6 and code.isdigit() for code in made)
    for _ in range(MAX_WRONG_CODES):
        assert codes.may_try("reset", ADA)
        codes.was_wrong("reset", ADA)
    assert not codes.may_try("reset", ADA)
    clock.now += 1
    codes.make("reset", ADA)
    assert not codes.may_try("reset", ADA)  # A new code buys no new guesses.
    assert codes.may_try("reset", EVE) is codes.may_try("confirm", ADA) is False
    clock.now += CODE_SECONDS - 1
    assert codes.may_try("reset", ADA)
    clock.now += 1
    assert not codes.may_try("reset", ADA)


def test_wrong_guesses_of_who_knew_it_in_the_end_are_forgotten() -> None:
    codes = Codes(Clock())
    codes.make("reset", ADA)
    for _ in range(MAX_WRONG_CODES - 1):
        codes.was_wrong("reset", ADA)
    codes.was_right("reset", ADA)
    codes.was_wrong("reset", ADA)
    assert codes.may_try("reset", ADA)


def test_only_so_many_codes_are_sent_in_an_hour() -> None:
    clock = Clock()
    codes = Codes(clock)
    assert [codes.may_ask("reset", ADA) for _ in range(MAX_CODES + 2)] == [
        *[True] * MAX_CODES,
        *[False] * 2,
    ]
    assert codes.may_ask("reset", EVE)
    assert codes.may_ask("confirm", ADA)
    clock.now += CODE_SECONDS
    assert codes.may_ask("reset", ADA)
    for number in range(MAX_KEPT):
        codes.may_ask("reset", str(number))
    assert len(codes._asked) == MAX_KEPT


def test_codes_that_are_mailed_are_the_users_own(emulator: Emulator, ask: Ask) -> None:
    for purpose in ("password", "email"):
        emulator._send_verification_email(emulator.pool, ADA, {}, "654321", purpose)
    reset, confirmation = emulator.sent
    assert emulator.users[ADA]["_reset_code"] == reset
    assert emulator.users[ADA]["_confirmation_code"] == confirmation
    wrong = {"status": 400, "__type": "CodeMismatchException"}
    kinds = [
        ask("ConfirmForgotPassword", then=dict(wrong), Username=ADA)["__type"]
        for _ in range(MAX_WRONG_CODES + 1)
    ]
    assert kinds == ["CodeMismatchException"] * MAX_WRONG_CODES + ["LimitExceededException"]
    assert "_reset_code" not in emulator.users[ADA]
    assert "__type" not in ask("ConfirmSignUp", Username=ADA)


def test_codes_are_not_sent_without_end_and_nobody_learns_who_is_there(
    emulator: Emulator, ask: Ask
) -> None:
    for action in ("ForgotPassword", "ResendConfirmationCode"):
        for name in (ADA, "nobody@example.com"):
            kinds = [ask(action, Username=name).get("__type") for _ in range(MAX_CODES + 1)]
            assert kinds == [*[None] * MAX_CODES, "LimitExceededException"]
    assert len(emulator.performed) == 4 * MAX_CODES


def test_new_codes_buy_no_new_guesses(emulator: Emulator, ask: Ask) -> None:
    wrong = {"status": 400, "__type": "CodeMismatchException"}
    for _ in range(MAX_WRONG_CODES):
        emulator._send_verification_email(emulator.pool, ADA, {}, "654321", "password")
        ask("ConfirmForgotPassword", then=dict(wrong), Username=ADA)
    emulator._send_verification_email(emulator.pool, ADA, {}, "654321", "password")
    refused = ask("ConfirmForgotPassword", then=dict(wrong), Username=ADA)
    assert refused["__type"] == "LimitExceededException"
