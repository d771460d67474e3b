"""TAP for the suites written in Python: tests are functions, in the order in which they stand.

    suite = tap.Suite()

    @suite.stage("the programs come up")       # without it there is nothing to test: the suite ends when it fails
    def _(): ...

    @suite.test("a complaint gets a number")
    def _(): ...

    suite.run()          # prints 1..N and ok / not ok, exits with 1 when something failed
"""

import sys
import time
import traceback

CEILING_SECONDS = 120  # for any one condition, on a machine under load


class Suite:
    def __init__(self):
        self.tests = []

    def test(self, title, is_stage=False):
        def add(function):
            self.tests.append((title, function, is_stage))
            return function

        return add

    def stage(self, title):
        return self.test(title, is_stage=True)

    def cases(self, title, rows, name=lambda row: row[0]):
        """One test per row; `title` is formatted with the row's name."""

        def add(function):
            for row in rows:
                self.tests.append((title.format(name(row)), lambda row=row: function(row), False))
            return function

        return add

    def run(self):
        failed = 0
        print(f"1..{len(self.tests)}", flush=True)
        for number, (title, function, is_stage) in enumerate(self.tests, 1):
            try:
                function()
                print(f"ok {number} - {title}", flush=True)
            except Exception:  # a test that goes wrong in any way has failed; the others go on
                failed += 1
                print(f"not ok {number} - {title}")
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                sys.stdout.flush()
                if is_stage:
                    break
        sys.exit(1 if failed else 0)


def equal(found, wanted, what=""):
    if found != wanted:
        raise AssertionError(f"{what}: wanted {wanted!r}, found {found!r}")


def wait_for(condition, what, seconds=CEILING_SECONDS, pause=0.05):
    """What `condition` returns once it is true. `what` says what was waited for in vain."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)  # between two looks; nothing is concluded from the time that passes
