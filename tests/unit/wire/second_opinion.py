#!/usr/bin/env python3
"""second_opinion: reads the samples of test_second_opinion.c with Google's protobuf and compares.

usage: second_opinion.py FILE      exit 0: equal, 1: different, 77: python3-protobuf or protoc is missing

Each line of FILE is tab-separated:
    K Message field kind           how our JSON writes a field: date, instant, digest, bytes, always, plain
    S Message hex json             one record, encoded by us both ways
Bytes must parse, must be what Google's encoder writes, and both directions between bytes and JSON must agree.
"""
import base64
import datetime
import glob
import json
import subprocess
import sys
import tempfile

try:
    from google.protobuf import descriptor as d
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError:
    sys.exit(77)

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
EPOCH = datetime.date(1970, 1, 1)
WIDE = {d.FieldDescriptor.TYPE_INT64, d.FieldDescriptor.TYPE_UINT64}
kinds = {}


def load_protos():
    """The messages of proto/ by short name, without generated code."""
    pool = descriptor_pool.DescriptorPool()
    with tempfile.NamedTemporaryFile() as described:
        files = sorted(glob.glob("proto/duban/v1/*.proto"))
        try:
            subprocess.run(["protoc", "-Iproto", "--include_imports", "-o", described.name, *files], check=True)
        except FileNotFoundError:
            sys.exit(77)
        described_files = descriptor_pb2.FileDescriptorSet.FromString(described.read())
    for file in described_files.file:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {name: factory.GetPrototype(descriptor)
            for file in described_files.file
            for name, descriptor in pool.FindFileByName(file.name).message_types_by_name.items()}


def code_of(field, number):
    values = field.enum_type.values_by_number
    prefix = len(values[0].name) - len("UNSPECIFIED")
    return values[number].name[prefix:].lower()


def number_of(field, code):
    prefix = field.enum_type.values_by_number[0].name[:-len("UNSPECIFIED")]
    return field.enum_type.values_by_name[prefix + code.upper()].number


def instant_text(ms):
    text = datetime.datetime.fromtimestamp(ms // 1000, SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{ms % 1000:03}" if ms % 1000 else "") + "+08:00"


def instant_ms(text):
    moment = datetime.datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def to_json(field, value):
    kind = kinds.get((field.containing_type.name, field.name))
    if field.type == field.TYPE_MESSAGE:
        return message_to_json(value)
    if field.type == field.TYPE_ENUM:
        return code_of(field, value)
    if field.type == field.TYPE_BYTES:
        return value.hex() if kind == "digest" else base64.b64encode(value).decode()
    if kind == "date":
        return (EPOCH + datetime.timedelta(days=value)).isoformat()
    if kind == "instant":
        return instant_text(value)
    return str(value) if field.type in WIDE else value


def message_to_json(message):
    written = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.label == field.LABEL_REPEATED:
            if len(value):
                written[field.name] = [to_json(field, item) for item in value]
        elif field.type == field.TYPE_MESSAGE:
            if message.HasField(field.name):
                written[field.name] = to_json(field, value)
        elif value or kinds.get((message.DESCRIPTOR.name, field.name)) == "always":
            written[field.name] = to_json(field, value)
    return written


def from_json(field, value):
    kind = kinds.get((field.containing_type.name, field.name))
    if field.type == field.TYPE_ENUM:
        return number_of(field, value)
    if field.type == field.TYPE_BYTES:
        return bytes.fromhex(value) if kind == "digest" else base64.b64decode(value, validate=True)
    if kind == "date":
        return (datetime.date.fromisoformat(value) - EPOCH).days
    if kind == "instant":
        return instant_ms(value)
    return int(value) if field.type in WIDE else value


def fill(message, written):
    for name, value in written.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        if field.type != field.TYPE_MESSAGE:
            if field.label == field.LABEL_REPEATED:
                getattr(message, name).extend(from_json(field, item) for item in value)
            else:
                setattr(message, name, from_json(field, value))
        elif field.label == field.LABEL_REPEATED:
            for item in value:
                fill(getattr(message, name).add(), item)
        else:
            getattr(message, name).SetInParent()
            fill(getattr(message, name), value)


def compare(prototype, data, written):
    message = prototype.FromString(data)
    assert not message.UnknownFields(), "a field that the proto does not know"
    assert message.SerializeToString(deterministic=True) == data, "other bytes"
    assert message_to_json(message) == written, f"other JSON: {message_to_json(message)}"
    filled = prototype()
    fill(filled, written)
    assert filled.SerializeToString(deterministic=True) == data, "other bytes from the JSON"


def main(path):
    prototypes = load_protos()
    compared = 0
    with open(path, encoding="utf-8") as samples:
        for line in samples:
            what, *rest = line.rstrip("\n").split("\t")
            if what == "K":
                kinds[rest[0], rest[1]] = rest[2]
                continue
            name, hexed, text = rest
            try:
                compare(prototypes[name], bytes.fromhex(hexed), json.loads(text))
            except Exception as fault:  # whatever it is, it is a difference
                print(f"{name}: {type(fault).__name__}: {fault}\n  {hexed}\n  {text}", file=sys.stderr)
                return 1
            compared += 1
    print(f"# {compared} records compared")
    return 0 if compared else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
