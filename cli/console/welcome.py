"""What `local up` and `demo` add when the stack is up: its console, and users to sign in as."""

from cli.console.group import build_and_publish
from cli.deployment import Target
from local.demo_users import ensure_demo_users
from local.endpoint import LocalStack
from local.progress import Progress
from local.status import console_url


def prepare_console(port: int, progress: Progress) -> None:
    """Publish the console of a local stack and make its users, as far as it has them.

    Raises SightlineError when the console cannot be built or published.
    """
    stack = LocalStack.find(port)
    # First, since the API is of use without its console.
    if "UserPoolId" in stack.outputs():
        with progress.step("Made the demo users"):
            ensure_demo_users(stack)
    if console_url(stack):
        target = Target(port=port, aws=False, stage="dev", region=None, profile=None)
        build_and_publish(target.find(), stack, progress)
