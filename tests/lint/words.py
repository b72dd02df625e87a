"""Finds marks of unfinished work, and files too long to be seen at once: python3 words.py ROOT"""
import pathlib
import re
import sys

from source_files import files, report

LONGEST = 300
CODE = {".cpp", ".hpp", ".in", ".py", ".sh", ".go", ".sql", ".cmake"}
HERE = pathlib.Path(__file__).parent


def check(root):
    lines = (HERE / "forbidden_words.txt").read_text(encoding="utf-8").splitlines()
    forbidden = re.compile("|".join(line for line in lines if not line.startswith("#")))
    for file in files(root):
        path = file.relative_to(root).as_posix()
        if path.startswith("tests/lint/"):
            continue
        try:
            text = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a document
        for number, line in enumerate(text, 1):
            if forbidden.search(line):
                yield path, number, f"unfinished: {forbidden.search(line).group()!r}"
        is_code = file.suffix in CODE or file.name == "CMakeLists.txt" or (text and text[0].startswith("#!"))
        if is_code and len(text) > LONGEST:
            yield path, LONGEST + 1, f"{len(text)} lines; {LONGEST} at most"


if __name__ == "__main__":
    sys.exit(report(list(check(pathlib.Path(sys.argv[1])))))
