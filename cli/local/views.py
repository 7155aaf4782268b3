"""How `sightline local` shows what it knows, on a terminal and in a log."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Column, Table

from local.demo_users import DemoUser
from local.mail import Mail
from local.progress import Progress
from local.status import Status


@contextmanager
def show_progress(console: Console) -> Iterator[Progress]:
    """A spinner with the current step on a terminal; plain lines of what is done elsewhere."""
    if not console.is_terminal:
        yield Progress(done=lambda text: click.echo(f"  {text}"))
        return
    with console.status("Starting") as spinner:
        yield Progress(
            started=spinner.update,
            done=lambda text: console.print(f"[green]✓[/green] {text}", highlight=False),
        )


def show_status(console: Console, status: Status) -> None:
    """Processes, outputs and queues; or why there are none."""
    if not status.up:
        click.echo(f"The local stack on port {status.port} is down. {status.why}")
        for line in status.log_tail:
            click.echo(f"  | {line}")
        return
    processes = Table("process", "pid", "port", "up", "memory", box=None, title_justify="left")
    for process in status.processes:
        processes.add_row(
            process.name if process.ready else f"{process.name} (starting)",
            str(process.pid),
            str(process.port or ""),
            duration(process.up_seconds),
            f"{process.memory_bytes / 1e6:.0f} MB",
        )
    console.print(processes)
    if status.console or status.demo_users:
        console.print()
        show_console(console, status.console, status.demo_users)
    console.print()
    outputs = Table("output of " + ", ".join(status.stacks or ["nothing yet"]), box=None)
    outputs.add_column("", overflow="fold")
    for name, value in status.outputs.items():
        outputs.add_row(name, value)
    console.print(outputs)
    console.print()
    queues = Table(Column("queue", overflow="fold"), "waiting", "in flight", box=None)
    for queue in status.queues:
        queues.add_row(queue.name, str(queue.visible), str(queue.in_flight))
    console.print(queues)


def show_console(console: Console, url: str | None, users: Sequence[DemoUser]) -> None:
    """Where it is, who may sign in, and what each may do; nothing where there is neither."""
    if url:
        click.echo(f"Console: {url}")
    if not users:
        return
    table = Table("sign in as", Column("password", no_wrap=True), "to", box=None)
    for user in users:
        table.add_row(user.email, user.password, user.may)
    console.print(table, highlight=False, markup=False)
    click.echo("These users exist on this machine only, and so do their passwords.")


def show_mail(mail: Mail) -> None:
    """One email, as a mail program would print it."""
    for name, value in (
        ("From", mail.sender),
        ("To", mail.to),
        ("Subject", mail.subject),
        ("Date", mail.sent),
        ("Topic", mail.topic),
    ):
        click.echo(f"{click.style(name, bold=True)}: {value}")
    click.echo(f"\n{mail.body}\n\n{'-' * 60}")


def duration(seconds: float) -> str:
    """12 s, 3 min, 2.5 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
