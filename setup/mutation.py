"""Change the checklist's plan and materials in small wrong ways, and count how many of them the tests notice.

`make test-mutation`; what is changed and which tests are run stands in pyproject.toml under [tool.mutmut]. mutmut works on
a copy in mutants/ and keeps there what it found, so that a second run tries only what changed since.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from subprocess import call

ROOT = Path(__file__).parents[1]
GOAL = 85  # per cent, of each module
NOTICED = {1, 3, 24, -24, 36, 152, 255}  # a test failed, or never came back
SKIPPED = {34}


def figures(mutants: Path) -> dict[str, tuple[int, int]]:
    """Module → (noticed, tried)."""
    found: dict[str, tuple[int, int]] = {}
    for meta in sorted(mutants.rglob("*.py.meta")):
        codes = Counter(json.loads(meta.read_text("utf-8"))["exit_code_by_key"].values())
        tried = sum(count for code, count in codes.items() if code not in SKIPPED)
        if tried:
            name = str(meta.relative_to(mutants)).removesuffix(".meta")
            found[name] = sum(codes[code] for code in NOTICED), tried
    return found


def main() -> int:
    """Run, show the figures, and fail where a module is below the goal."""
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    if call(["nice", "-n", "5", mutmut, "run", *sys.argv[1:]], cwd=ROOT):
        return 1
    low = []
    for name, (noticed, tried) in figures(ROOT / "mutants").items():
        share = 100 * noticed / tried
        print(f"{name}：{tried} 处改坏，测试发现 {noticed} 处，{share:.0f}%")
        low += [name] if share < GOAL else []
    print(
        f"目标每个模块 {GOAL}%："
        + (f"没达到：{'、'.join(low)}；看是哪些：mutmut results、mutmut show 名称" if low else "达到")
    )
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
