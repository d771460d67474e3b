"""The brokers of a chaos run and the fault proxy before them. Programs know the proxy's ports only; we ourselves and the
checker come by the listener that the brokers use among themselves.

Ports from `port`: two for each node, then one direct for each, then one of the proxy for each."""

import os
import subprocess
import threading
import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

import leaders

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Proxy:
    """Takes the faults of proxy/fault_proxy.c, one line each."""

    def __init__(self, program, lanes):
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", program, *lanes], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self.process.stdout.readline().strip() != "ok":
            raise RuntimeError("the fault proxy did not start")

    def tell(self, line):
        with self.lock:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        if not answer.startswith("ok"):
            raise RuntimeError(f"the fault proxy does not know: {line}")
        return answer

    def deeds(self):
        """What has really been done to connections, frames and requests."""
        return {name: int(count) for name, count in (it.split("=") for it in self.tell("stat").split()[1:])}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Cluster:
    def __init__(self, nodes, port, directory, tools):
        self.nodes = nodes
        self.port = port
        self.directory = directory
        self.heap = 512 if nodes == 1 else 384
        self.proxy_port = port + 3 * nodes
        self.direct = ",".join(f"127.0.0.1:{port + 2 * nodes + i}" for i in range(nodes))
        self.brokers = ",".join(f"127.0.0.1:{self.proxy_port + i}" for i in range(nodes))
        self.admin = None
        self.proxy = Proxy(
            os.path.join(tools, "fault_proxy"), [f"{self.proxy_port + i}:{port + 2 * i}" for i in range(nodes)]
        )

    @staticmethod
    def ports(nodes):
        return 4 * nodes

    def _broker(self, command, node=None):
        words = [
            os.path.join(ROOT, "deploy/kafka/broker"), command, "--dir", self.directory, "--port", str(self.port),
            "--nodes", str(self.nodes), "--proxy", str(self.proxy_port), "--heap", str(self.heap),
        ]  # fmt: skip
        if self.nodes > 1 and node is not None:
            words += ["--node", str(node)]
        if command == "start":
            words.append("--with-parent")
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words[1:])}: {done.stdout}{done.stderr}")

    def start(self, node=None):
        self._broker("start", node)

    def kill(self, node):
        self._broker("kill", node)

    def stop(self, node=None):
        self._broker("stop", node)

    def close(self):
        self.proxy.close()
        self.stop()

    # --- replicas ---

    def _partitions(self):
        """(topic, partition's metadata) of all topics that have replicas."""
        if self.admin is None:
            self.admin = AdminClient({"bootstrap.servers": self.direct, "log_level": 2})
        topics = self.admin.list_topics(timeout=10).topics
        return [(name, it) for name, topic in topics.items() for it in topic.partitions.values()]

    def wait_replicated(self, seconds=60):
        """Every replica is in sync again, so that another broker may go. False: it has not come to that."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if all(len(it.isrs) == self.nodes for _, it in self._partitions()):
                    return True
            except KafkaException:
                pass
            time.sleep(0.3)
        return False

    def move_leaders(self, dice):
        """Half of all partitions get another leader. False: none could be moved."""
        orders = {}
        for topic, it in self._partitions():
            others = [node for node in it.replicas if node != it.leader]
            if others and it.leader in it.replicas and dice.random() < 0.5:
                dice.shuffle(others)
                orders.setdefault(topic, {})[it.id] = [*others, it.leader]
        address = dice.choice(self.direct.split(","))
        if not orders or not leaders.reorder_replicas(address, orders):
            return False
        leaders.elect_preferred(address, orders)
        return True
