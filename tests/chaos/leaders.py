"""Moves the leadership of partitions by two requests of Kafka's protocol that the Python client does not have: the order of
the replicas is changed (KIP-455), then the first of them is elected (KIP-460)."""

import socket
import struct

ALTER_REASSIGNMENTS, ELECT_LEADERS = 45, 43
PREFERRED = 0
TIMEOUT_MS = 10000


def _exchange(address, body, api, version, tagged):
    host, _, port = address.partition(":")
    header = struct.pack(">hhih5s", api, version, 1, 5, b"chaos") + (b"\0" if tagged else b"")
    with socket.create_connection((host, int(port)), timeout=TIMEOUT_MS / 1000) as connection:
        connection.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        connection.settimeout(2 * TIMEOUT_MS / 1000)
        answer = b""
        while len(answer) < 4 or len(answer) < 4 + struct.unpack(">i", answer[:4])[0]:
            more = connection.recv(65536)
            if not more:
                raise OSError("the broker closed the connection")
            answer += more
    return answer[8:]


def _compact(text):
    return bytes([len(text) + 1]) + text.encode()


def _uvarint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def reorder_replicas(address, orders):
    """`orders`: topic: {partition: replicas}, the first of them to lead. True: accepted."""
    topics = b""
    for topic, partitions in orders.items():
        items = b""
        for number, replicas in partitions.items():
            items += struct.pack(">i", number) + bytes([len(replicas) + 1])
            items += b"".join(struct.pack(">i", it) for it in replicas) + b"\0"
        topics += _compact(topic) + _uvarint(len(partitions) + 1) + items + b"\0"
    body = struct.pack(">i", TIMEOUT_MS) + _uvarint(len(orders) + 1) + topics + b"\0"
    answer = _exchange(address, body, ALTER_REASSIGNMENTS, 0, True)
    return struct.unpack(">h", answer[5:7])[0] == 0  # a tag, the throttle time, the error


def elect_preferred(address, orders):
    topics = b""
    for topic, partitions in orders.items():
        topics += struct.pack(">h", len(topic)) + topic.encode() + struct.pack(">i", len(partitions))
        topics += b"".join(struct.pack(">i", number) for number in partitions)
    body = struct.pack(">b", PREFERRED) + struct.pack(">i", len(orders)) + topics + struct.pack(">i", TIMEOUT_MS)
    _exchange(address, body, ELECT_LEADERS, 1, False)
