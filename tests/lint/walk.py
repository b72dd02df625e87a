"""Every path in the walk table of README.md exists: python3 walk.py ROOT"""
import pathlib
import re
import sys

from source_files import report


def check(root):
    readme = root / "README.md"
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.is_file() else []
    heads = [number for number, line in enumerate(lines) if re.match(r"\|\s*step\s*\|.*\|\s*where\s*\|\s*$", line, re.IGNORECASE)]
    if len(heads) != 1:
        yield "README.md", 1, f"{len(heads)} walk tables (| step | … | where |) instead of one"
        return
    rows = 0
    for number, line in enumerate(lines[heads[0] + 2 :], heads[0] + 3):
        if not line.startswith("|"):
            break
        rows += 1
        paths = re.findall(r"`([^`]+)`", line.rstrip("| ").rsplit("|", 1)[1])
        if not paths:
            yield "README.md", number, "this step of the walk names no path"
        for path in paths:
            if not (root / path).exists():
                yield "README.md", number, f"there is no {path}"
    if rows == 0:
        yield "README.md", heads[0] + 1, "the walk table is empty"


if __name__ == "__main__":
    sys.exit(report(list(check(pathlib.Path(sys.argv[1])))))
