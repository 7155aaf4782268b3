from local.options import ProcessOptions, UpOptions


def test_users_settings_override_the_laptops() -> None:
    options = UpOptions(ProcessOptions(4566), context=(("text_rule", "never"), ("stage", "dev")))
    context = options.full_context()
    assert context["text_rule"] == "never"
    assert context["stage"] == "dev"
    assert context["layer_target"] == "host"


def test_what_the_emulator_cannot_have_is_off() -> None:
    context = UpOptions(ProcessOptions(4566)).full_context()
    assert context["waf"] == context["threat_protection"] == "false"


def test_supervisor_is_told_everything_it_was_asked() -> None:
    options = ProcessOptions(4566, keep_state=True, recognition=False, detector="a.onnx", threads=2)
    assert options.to_arguments() == [
        *("--port", "4566", "--keep-state", "--no-recognition"),
        *("--detector", "a.onnx", "--threads", "2"),
    ]


def test_a_stack_has_a_console_unless_told_otherwise() -> None:
    assert ProcessOptions(4566).console
    assert ProcessOptions(4566, console=False).to_arguments() == ["--port", "4566", "--no-console"]


def test_rates_of_recognition_are_told_too() -> None:
    options = ProcessOptions(4566, labels_per_second=2.5, text_per_second=5)
    assert options.recognition_arguments() == [
        *("--labels-per-second", "2.5", "--text-per-second", "5"),
    ]
