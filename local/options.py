"""How a local stack is asked to run."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.paths import CHECKOUT

# What a laptop wants unless the user says otherwise, as `-c` of the CDK.
LOCAL_CONTEXT = {
    # The emulator runs functions as processes of this machine.
    "layer_target": "host",
    # There is no bill here, so that every image shows what the text stage does.
    "text_rule": "always",
    # Two cores are soon busy: more functions at once would only take turns starting.
    "images_concurrency": "4",
    "batch_concurrency": "2",
    "text_concurrency": "2",
    # Of the buckets here, whoever makes one may analyse what is in it.
    "batch_buckets": "*",
    # What fails for good is in the dead-letter queue within a minute, not two hours.
    "retry_seconds": "2",
    "max_attempts": "4",
    # Long enough to gather a few images, short enough to wait for.
    "digest_window_seconds": "5",
    # The emulator cannot put one before an API.
    "waf": "false",
    # Nor does it have what decides about suspicious sign-ins.
    "threat_protection": "false",
    "notify_emails": "you@example.com",
    "review_emails": "review@example.com",
    "operations_emails": "operations@example.com",
}


@dataclass(frozen=True)
class ProcessOptions:
    """What the supervisor starts. A running stack is not changed in this: stop it first."""

    port: int
    keep_state: bool = False
    recognition: bool = True
    console: bool = True
    detector: str | None = None
    detector_names: str | None = None
    threads: int | None = None
    labels_per_second: float | None = None
    text_per_second: float | None = None

    def to_arguments(self) -> list[str]:
        """The supervisor's command line."""
        arguments = ["--port", str(self.port)]
        arguments += ["--keep-state"] if self.keep_state else []
        arguments += [] if self.recognition else ["--no-recognition"]
        arguments += [] if self.console else ["--no-console"]
        return arguments + self.recognition_arguments()

    def recognition_arguments(self) -> list[str]:
        """The part of it that the recognition endpoint understands."""
        arguments: list[str] = []
        for name, value in (
            ("--detector", self.detector),
            ("--detector-names", self.detector_names),
            ("--threads", self.threads),
            ("--labels-per-second", self.labels_per_second),
            ("--text-per-second", self.text_per_second),
        ):
            arguments += [] if value is None else [name, str(value)]
        return arguments

    def to_json(self) -> dict[str, Any]:
        """For the record, to compare with."""
        return asdict(self)


@dataclass(frozen=True)
class UpOptions:
    """A whole `up`: the processes, the app to deploy and its settings."""

    processes: ProcessOptions
    context: tuple[tuple[str, str], ...] = ()
    app_directory: Path | None = CHECKOUT

    def full_context(self) -> dict[str, str]:
        """The CDK context: the laptop's, overridden by the user's."""
        return {**LOCAL_CONTEXT, **dict(self.context)}
