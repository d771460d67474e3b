#!/bin/bash
# threads.sh: the notifier's suite once more, with every program under ThreadSanitizer: a report in a log fails it. The
# ledger and the notifier work in two threads each. `make tsan` runs all suites with a broker in this way.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BIN=$BUILD/tsan/bin exec tests/integration/test_notifier.py
