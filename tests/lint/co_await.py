"""Finds what g++ 12 destroys twice: temporaries of aggregates and of lambdas with captures in a full expression that
awaits. python3 co_await.py ROOT"""
import pathlib
import re
import sys

from source_files import code_only, files, report

OPENING = {")": "(", "]": "[", "}": "{"}
CLOSING = {opening: closing for closing, opening in OPENING.items()}
BLOCK_BEFORE = re.compile(r"([;{}):\]]|\b(else|do|try|const|noexcept|mutable|override|final)|->[\w\s:<>,*&]+)\s*$")


def match_forward(code, at):
    """The index after the bracket that closes the one at `at`."""
    depth = 0
    for index in range(at, len(code)):
        if code[index] in CLOSING:
            depth += 1
        elif code[index] in OPENING:
            depth -= 1
            if depth == 0:
                return index + 1
    return len(code)


def match_backward(code, at):
    depth = 0
    for index in range(at, -1, -1):
        if code[index] in OPENING:
            depth += 1
        elif code[index] in CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return 0


def is_block(code, brace):
    return brace == 0 or bool(BLOCK_BEFORE.search(code, max(0, brace - 200), brace))


def ends_statement(code, brace):
    """Does the block that closes at `brace` end a statement, or is the expression going on behind it?"""
    following = code[brace + 1 :].lstrip()[:1]
    return is_block(code, match_backward(code, brace)) and following not in tuple(",)].;?|=")


def statement_begin(code, at):
    index = at - 1
    while index >= 0:
        char = code[index]
        if char == ";" or (char == "{" and is_block(code, index)):
            return index + 1
        if char == "}" and ends_statement(code, index):
            return index + 1
        index = match_backward(code, index) - 1 if char in OPENING else index - 1
    return 0


def full_expression(code, at):
    """Begin and end of the full expression around the co_await at `at`."""
    begin = statement_begin(code, at)
    while True:
        head = re.compile(r"\s*(?:else\s+)?(?:if|while|switch|for)\s*(?:constexpr\s*)?(?=\()|\s*else\b|\s*do\b").match(code, begin)
        if not head:
            break
        opening = head.end()
        after = match_forward(code, opening) if code[opening] == "(" else opening
        if at < after:
            return opening + 1, after - 1
        begin = after
    end = begin
    while end < len(code) and code[end] not in ";)]}":
        end = match_forward(code, end) if code[end] in CLOSING else end + 1
    return begin, end


def objections(code, begin, end):
    index = begin
    while index < end:
        char, before = code[index], code[:index].rstrip()[-1:]
        if char == "[" and code[index + 1] == "[":  # an attribute
            index = match_forward(code, index)
            continue
        if char == "[" and not (before.isalnum() or before in ("_", ")", "]")):
            after = match_forward(code, index)
            if code[index + 1 : after - 1].strip():
                yield index, "a lambda with captures in an expression that awaits: name it first, then move it in"
            body = code.find("{", after)
            index = match_forward(code, body) if body != -1 else end
            continue
        if char == "{":
            yield index, "a {…} temporary in an expression that awaits: name it first, then move it in"
        index += 1


def check(root):
    for file in files(root, {".cpp", ".hpp"}):
        code = code_only(file.read_text(encoding="utf-8"))
        found = set()
        for awaiting in re.finditer(r"\bco_await\b", code):
            begin, end = full_expression(code, awaiting.start())
            for index, words in objections(code, begin, end):
                found.add((code.count("\n", 0, index) + 1, words))
        for line, words in sorted(found):
            yield file.relative_to(root).as_posix(), line, words


if __name__ == "__main__":
    sys.exit(report(list(check(pathlib.Path(sys.argv[1])))))
