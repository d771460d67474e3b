#!/usr/bin/env python3
"""mutate.py: a copy of a source file with one deliberate bug.

    tests/simulation/mutate.py NAME OUTPUT [TABLE]

Reads tests/simulation/mutations.txt or another table of its kind. The lines to be replaced must stand in the file exactly once: a mutation that no
longer fits is an error, not a test that passes."""
import pathlib
import sys

TABLE = pathlib.Path(__file__).with_name("mutations.txt")


def read(table, name):
    path, old, new, inside = None, [], [], False
    for line in table.read_text(encoding="utf-8").splitlines():
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
        sys.exit(f"{table}: no mutation {name}")
    return path, "\n".join(old) + "\n", "\n".join(new) + "\n"


def main():
    name, output, *tables = sys.argv[1:]
    table = pathlib.Path(tables[0]) if tables else TABLE
    path, old, new = read(table, name)
    text = pathlib.Path(path).read_text(encoding="utf-8")
    places = text.count(old)
    if places != 1:
        sys.exit(f"{table}: {name}: its lines stand {places} times in {path}")
    pathlib.Path(output).write_text(f'#line 1 "{path}"\n' + text.replace(old, new), encoding="utf-8")


main()
