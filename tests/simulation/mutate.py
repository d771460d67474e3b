#!/usr/bin/env python3
"""mutate.py: a copy of a source file with one deliberate bug.

    tests/simulation/mutate.py NAME OUTPUT

Reads tests/simulation/mutations.txt. The lines to be replaced must stand in the file exactly once: a mutation that no
longer fits is an error, not a test that passes."""
import pathlib
import sys

TABLE = pathlib.Path(__file__).with_name("mutations.txt")


def read(name):
    path, old, new, inside = None, [], [], False
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "mutation":
            inside = rest == name
        elif inside and word == "file":
            path = rest
        elif inside and line[:1] == "-":
            old.append(line[1:])
        elif inside and line[:1] == "+":
            new.append(line[1:])
    if path is None or not old:
        sys.exit(f"{TABLE}: no mutation {name}")
    return path, "\n".join(old) + "\n", "\n".join(new) + "\n"


def main():
    name, output = sys.argv[1:]
    path, old, new = read(name)
    text = pathlib.Path(path).read_text(encoding="utf-8")
    places = text.count(old)
    if places != 1:
        sys.exit(f"{TABLE}: {name}: its lines stand {places} times in {path}")
    pathlib.Path(output).write_text(f'#line 1 "{path}"\n' + text.replace(old, new), encoding="utf-8")


main()
