"""Which files the lints read, and C++ text without what only looks like code."""
import pathlib
import re

SKIPPED = {".git", ".cache", "build", "data", "samples", "__pycache__"}


def files(root, suffixes=None):
    """All files under root that are ours, sorted; only those with these suffixes, if any are given."""
    for path in sorted(pathlib.Path(root).rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not SKIPPED & set(inside.parts) and (suffixes is None or path.suffix in suffixes):
            yield path


BLANKED = re.compile(
    r"""R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"      # raw string
      | "(?:\\.|[^"\\\n])*"                      # string
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'      # character, not the ' in 1'000
      | //[^\n]* | /\*.*?\*/                     # comments
      | ^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*           # preprocessor lines
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def code_only(text):
    """The same text, as long and with the same lines, with strings, comments and directives blanked."""

    def blank(match):
        kept = re.sub(r"[^\n]", " ", match.group())
        return kept if match.group()[0] not in "\"R'" else "_" + kept[1:]

    return BLANKED.sub(blank, text)


def report(findings):
    """Prints findings (path, line, words) and returns the exit status."""
    for path, line, words in findings:
        print(f"{path}:{line}: {words}")
    return 1 if findings else 0
