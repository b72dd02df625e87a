"""Checks every #include against include_rules.ini: python3 include_rules.py ROOT [RULES]"""
import configparser
import pathlib
import re
import sys

from source_files import files, report

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def load(rules_file):
    rules = configparser.ConfigParser(delimiters=("=",), comment_prefixes=(";",), strict=True)
    rules.optionxform = str
    with open(rules_file, encoding="utf-8") as text:
        rules.read_file(text)
    folders = {folder: allowed.split() for folder, allowed in rules["folders"].items()}
    libraries = {library: rooms.split() for library, rooms in rules["libraries"].items()}
    for folder, allowed in folders.items():
        for other in allowed:
            if other != "*" and room_of(other, folders) is None:
                sys.exit(f"{rules_file}: {folder} = … {other}: no such folder in this table")
    return folders, libraries


def covers(place, path):
    """Is path the place itself, inside that folder, or (for a place like client/transport) begun with it?"""
    return path == place or path.startswith(place + "/") or ("/" in place and path.startswith(place + "."))


def room_of(path, folders):
    return max((folder for folder in folders if covers(folder, path)), key=len, default=None)


def objection_to_ours(path, included, folders):
    room = room_of(path, folders)
    if "*" in folders[room]:
        return None
    target = room_of(included, folders)
    if target is None:
        return f'"{included}" is not a path from the project\'s root'
    if target == room or any(covers(allowed, included) for allowed in folders[room]):
        return None
    return f"{room} may not include {target}"


def objection_to_library(path, included, libraries):
    for library, rooms in libraries.items():
        begins = included.startswith(library) if library.endswith("/") else covers(library, included)
        if begins and not any(covers(room, path) for room in rooms):
            return f"{library} belongs to {', '.join(rooms)}"
    return None


def check(root, folders, libraries):
    for file in files(root, {".cpp", ".hpp", ".h", ".in"}):
        path = file.relative_to(root).as_posix()
        if room_of(path, folders) is None:
            yield path, 1, "no line in include_rules.ini covers this file"
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            bracket, included = found.groups()
            ours = bracket == '"' and room_of(included, folders) is not None
            objection = None if ours else objection_to_library(path, included, libraries)
            if bracket == '"' and objection is None:
                objection = objection_to_ours(path, included, folders)
            if objection:
                yield path, number, objection


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    tables = load(sys.argv[2] if len(sys.argv) > 2 else here / "include_rules.ini")
    sys.exit(report(list(check(pathlib.Path(sys.argv[1]), *tables))))
