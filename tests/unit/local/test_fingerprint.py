from pathlib import Path

from local.fingerprint import fingerprint


def test_changes_with_settings_and_files_that_matter(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("1")
    (tmp_path / "docs").mkdir()
    first = fingerprint(tmp_path, {"a": "1"})
    (tmp_path / "docs" / "x.md").write_text("text")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "main.tsx").write_text("a page")
    assert fingerprint(tmp_path, {"a": "1"}) == first
    assert fingerprint(tmp_path, {"a": "2"}) != first
    (tmp_path / "app.py").write_text("22")
    assert fingerprint(tmp_path, {"a": "1"}) != first
