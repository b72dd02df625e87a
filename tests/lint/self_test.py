"""A lint must flag exactly the lines that its samples mark with the word "flagged": python3 self_test.py LINT SAMPLES"""
import pathlib
import subprocess
import sys

lint, samples = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
marked = {
    f"{file.relative_to(samples).as_posix()}:{number}"
    for file in samples.rglob("*")
    if file.is_file()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    if "flagged" in line
}
run = subprocess.run([sys.executable, lint, samples], capture_output=True, text=True, check=False)
found = {":".join(line.split(":")[:2]) for line in run.stdout.splitlines()}
if run.stderr or not marked or found != marked or run.returncode != 1:
    print(f"missed: {sorted(marked - found)}\nflagged without reason: {sorted(found - marked)}\n{run.stdout}{run.stderr}")
    sys.exit(1)
