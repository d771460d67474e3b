#!/usr/bin/python3
"""One broker dies in the middle of a transaction and is away for longer than the transaction's time-out. When it is back, the
transaction must be ended, markers and all: else everything behind it stays hidden from whoever reads read_committed, for
ever. Apache Kafka 4.3.0 ends it without markers, which is why deploy/kafka/pom.xml has another."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

import tap  # noqa: E402
from cluster import Cluster  # noqa: E402

TOPIC = "broken-off"
TIMEOUT_SECONDS = 2
QUIET = {"log_level": 2}
suite = tap.Suite()
seen = {}


def end(isolation):
    """None: the broker cannot tell now."""
    consumer = Consumer({"bootstrap.servers": seen["cluster"].direct, "group.id": "ends", "isolation.level": isolation, **QUIET})
    try:
        return consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=5)[1]
    except KafkaException:
        return None
    finally:
        consumer.close()


@suite.stage("a broker dies in the middle of a transaction")
def _():
    tools = os.path.abspath(os.path.join(os.environ["BIN"], "../tests/chaos"))
    seen["cluster"] = cluster = Cluster(1, int(os.environ["PORT_BASE"]), os.path.join(os.environ["WORK"], "kafka"), tools)
    cluster.start()
    admin = AdminClient({"bootstrap.servers": cluster.direct, **QUIET})
    admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result()
    seen["producer"] = producer = Producer(
        {"bootstrap.servers": cluster.direct, "transactional.id": "t", "transaction.timeout.ms": TIMEOUT_SECONDS * 1000, **QUIET}
    )
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce(TOPIC, b"half of it", partition=0)
    producer.flush()
    tap.equal((end("read_uncommitted"), end("read_committed")), (1, 0), "high watermark and last stable offset")
    cluster.kill(1)
    time.sleep(TIMEOUT_SECONDS + 1)  # not for anything to happen: it is how long the broker is away
    cluster.start(1)


@suite.test("when it is back the transaction is ended, and what comes behind it can be read")
def _():
    plain = Producer({"bootstrap.servers": seen["cluster"].direct, **QUIET})
    plain.produce(TOPIC, b"behind it", partition=0)
    tap.equal(plain.flush(60), 0, "messages that were not written")
    tap.wait_for(lambda: (end("read_committed") or 0) >= 3, "the marker, and the last stable offset behind it", 30)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the broker does not outlive us
    try:
        suite.run()
    finally:
        if "cluster" in seen:
            seen["cluster"].close()
