"""Where a local stack keeps its files: `.sightline/<port>/` in the checkout."""

from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
STACKS = CHECKOUT / ".sightline"


@dataclass(frozen=True)
class StackFiles:
    """The files of the local stack on one port."""

    port: int

    @property
    def root(self) -> Path:
        """Everything of this stack is below here."""
        return STACKS / str(self.port)

    @property
    def lock(self) -> Path:
        """Held while a command starts, deploys to or stops the stack."""
        return self.root / "lock"

    @property
    def secret(self) -> Path:
        """The secret access key of the stack's root user, for the stack's owner only."""
        return self.root / "secret"

    @property
    def demo_users(self) -> Path:
        """The users that `up` made, with their passwords, for the stack's owner only."""
        return self.root / "demo-users.json"

    @property
    def record(self) -> Path:
        """What the supervisor says about itself and its children."""
        return self.root / "supervisor.json"

    @property
    def deployment(self) -> Path:
        """What was deployed last: settings, fingerprint, seconds."""
        return self.root / "deployment.json"

    @property
    def bootstrapped(self) -> Path:
        """Exists when the account was bootstrapped since the stack started."""
        return self.root / "bootstrapped"

    @property
    def outputs(self) -> Path:
        """The outputs of the deployed stacks, as the CDK writes them."""
        return self.root / "outputs.json"

    @property
    def assembly(self) -> Path:
        """The synthesised cloud assembly."""
        return self.root / "cdk.out"

    @property
    def outbox(self) -> Path:
        """The emails, one JSON file each, in the order of their names."""
        return self.root / "outbox"

    @property
    def types(self) -> Path:
        """The resource types that the emulator provides."""
        return self.root / "provided-types.json"

    @property
    def observations(self) -> Path:
        """What the emulator read of each resource that it provisioned, one JSON document a line."""
        return self.root / "provisioned.jsonl"

    @property
    def faults(self) -> Path:
        """The faults that are injected, while there are some; `faults.log` beside it counts."""
        return self.root / "faults.json"

    @property
    def recognition_calls(self) -> Path:
        """How many calls the recognition endpoint had, refused for their rate and answered."""
        return self.root / "recognition-calls.json"

    @property
    def kept(self) -> Path:
        """The emulator's state between `down` and `up`, when it is kept."""
        return self.root / "kept"

    @property
    def temporary(self) -> Path:
        """TMPDIR of every process of the stack."""
        return self.root / "tmp"

    def certificate(self, name: str) -> Path:
        """One of `ca`, `server`, `key`, in PEM."""
        return self.root / "tls" / f"{name}.pem"

    def log(self, name: str) -> Path:
        """The log of one process: `supervisor`, `emulator`, `console`, `deploy`, ..."""
        return self.root / "logs" / f"{name}.log"
