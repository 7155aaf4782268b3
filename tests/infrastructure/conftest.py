"""One synthesis for the whole tier, with cdk-nag as the second pair of eyes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from app import build

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "notify_emails": "reader@example.com,other@example.com",
    "review_emails": "review@example.com",
    "operations_emails": "operations@example.com",
}

Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """A synthesised template, its findings, and where it lies."""

    document: dict[str, Any]
    path: Path
    assembly: Path
    findings: list[str]

    @property
    def resources(self) -> dict[str, Resource]:
        return dict(self.document["Resources"])

    def of_type(self, kind: str) -> dict[str, Resource]:
        return {name: found for name, found in self.resources.items() if found["Type"] == kind}

    def one(self, kind: str, path: str) -> Resource:
        """The only resource of a type whose construct path ends like this."""
        found = [
            resource
            for resource in self.of_type(kind).values()
            if resource["Metadata"]["aws:cdk:path"].endswith(f"{path}/Resource")
        ]
        assert len(found) == 1, f"expected one {kind} at {path}, found {len(found)}"
        return found[0]


def context() -> dict[str, Any]:
    return dict(json.loads((ROOT / "cdk.json").read_text())["context"])


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    assembly = tmp_path_factory.mktemp("assembly")
    # As the CDK CLI does: the tests find resources by their construct paths.
    paths = {"aws:cdk:enable-path-metadata": True}
    app = App(context=context() | SETTINGS | paths, outdir=str(assembly))
    stack = build(app)
    findings = nag_findings(app, assembly)
    path = assembly / f"{stack.artifact_id}.template.json"
    return Template(json.loads(path.read_text()), path, assembly, findings)


def nag_findings(app: App, assembly: Path) -> list[str]:
    """Synthesise with the AwsSolutions pack and return its findings as `rule: construct`."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        # Findings stop a synthesis; template and report are written all the same.
        if "ValidationFailed" not in str(error):
            raise
    report = json.loads((assembly / "validation-report.json").read_text())
    return [
        f"{violation['ruleName']}: {construct.get('constructPath', '?')}"
        for plugin in report.get("pluginReports", [])
        for violation in plugin.get("violations", [])
        for construct in violation.get("violatingConstructs", [{}])
    ]


def resources_with(directory: Path, **settings: object) -> dict[str, Resource]:
    """The resources of a template made with other settings than the stock ones."""
    paths = {"aws:cdk:enable-path-metadata": True}
    app = App(context=context() | SETTINGS | paths | settings, outdir=str(directory))
    stack = build(app)
    return dict(app.synth().get_stack_by_name(stack.stack_name).template["Resources"])


def kinds(resources: dict[str, Resource], kind: str) -> list[Any]:
    """The properties of all resources of a type."""
    return [found["Properties"] for found in resources.values() if found["Type"] == kind]
