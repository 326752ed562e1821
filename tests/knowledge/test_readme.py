"""What the README shows editors is right."""

from __future__ import annotations

import re

from pydantic import TypeAdapter

from assistant.knowledge.load import LISTS
from assistant.knowledge.model import Guide
from assistant.knowledge.yamlfile import read, validated


def test_readme_guide_is_a_guide(real_root, tmp_path):
    """The annotated guide can be copied as it stands."""
    (example,) = re.findall(r"```yaml\n(.*?)```", (real_root / "README.md").read_text("utf-8"), re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(example, "utf-8")
    file, findings = read(path, "example.yaml")

    assert findings == []
    assert validated(file, TypeAdapter(Guide))[1] == []


def test_readme_names_every_file(real_root):
    """No file of the folder is left unexplained."""
    text = (real_root / "README.md").read_text("utf-8")

    assert [name for name in (*LISTS, "catalog", "general") if f"`{name}.yaml`" not in text] == []
