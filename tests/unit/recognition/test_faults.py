"""Faults in front of the endpoint."""

from pathlib import Path

from local.faults.catalogue import make_rule
from local.faults.file import FaultFile
from local.recognition.server import Faults, make_app
from local.recognition.service import Service
from tests.unit.recognition.fakes import ROOT, Fakes, exchange, signed


def test_functions_meet_faults_and_root_does_not(fakes: Fakes, tmp_path: Path) -> None:
    file = FaultFile(tmp_path / "faults.json")
    service = Service(fakes.recognizer, fakes, fakes, fakes)  # type: ignore[arg-type]
    app = make_app(service, faults=Faults(file, fakes))
    fault = file.add(make_rule("rekognition:DetectLabels", "throttle", caller="inspect-image"))

    of_function, of_root, health = exchange(
        app, signed(), signed(credentials=ROOT.credentials), "/health"
    )

    assert of_function.json()["__type"] == "ThrottlingException"
    assert of_root.status_code == 200
    assert file.hits() == {fault.id: 1}
    assert health.json()["calls"] == {"DetectLabels": {"ok": 1}}, "a refused call never came"


def test_unknown_key_is_refused_by_the_endpoint_itself(fakes: Fakes, tmp_path: Path) -> None:
    file = FaultFile(tmp_path / "faults.json")
    file.add(make_rule("rekognition:*", "throttle"))
    service = Service(fakes.recognizer, fakes, fakes, fakes)  # type: ignore[arg-type]
    body, headers = signed()
    headers["Authorization"] = headers["Authorization"].replace("ASIAROLE", "ASIAOTHER")
    (response,) = exchange(make_app(service, faults=Faults(file, fakes)), (body, headers))
    assert response.json()["__type"] == "UnrecognizedClientException"
