"""A small reader of CDDL (RFC 8610): as much of it as docs/schema/*.cddl uses.

Why it is here: those files are the normative description of every type. A verifier that transcribed them by hand would check
its own transcription. This one reads them.

    schema = Schema(folder)
    schema.match("event", value)      raises Mismatch, naming the place by keys and positions, never by content
    schema.fields("thing")            the entries of an array rule, in order: [(name, type), ...]

A value is what cbor2 decodes: int, bytes, str, bool, None, list, dict, CBORTag. What stands in a byte string (`.cbor`) is decoded
by the function that the caller gives.
"""
import json
import re
from pathlib import Path

from cbor2 import CBORTag

TOKEN = re.compile(
    r"""\s*(?:
    (?P<bytes>h'[0-9a-fA-F]*') | (?P<text>"(?:[^"\\]|\\.)*") |
    (?P<tag>\#6\.\d+) | (?P<occur>\d*\*\d*|\?|\+(?=\s)) | (?P<number>-?\d+) |
    (?P<control>\.(?:size|regexp|cbor|ge)\b) | (?P<range>\.\.) |
    (?P<name>[A-Za-z_][A-Za-z0-9_-]*) | (?P<sign>=>|//|[=/(){}\[\],:]))""",
    re.VERBOSE,
)


class Mismatch(Exception):
    """The value is not of this type; the text says where."""


class Parser:
    """Turns the text of the files into rules. A type is a tuple whose first element says what it is; a group is a list of
    alternatives, each a list of entries (least, most, key, type)."""

    def __init__(self, text):
        self.tokens, place = [], 0
        text = re.sub(r";[^\n]*", "", text).rstrip()  # comments; no text in these files has a semicolon
        while place < len(text):
            found = TOKEN.match(text, place)
            if not found:
                raise ValueError(f"CDDL is not understood at {text[place:place + 40]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self.at = 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else (None, None)

    def take(self, expected=None):
        kind, text = self.peek()
        if expected is not None and text != expected:
            raise ValueError(f"CDDL: {expected!r} expected, {text!r} found")
        self.at += 1
        return kind, text

    def rules(self):
        rules = {}
        while self.at < len(self.tokens):
            name = self.take()[1]
            self.take("=")
            rules[name] = self.type()
        return rules

    def type(self):
        choices = [self.type1()]
        while self.peek()[1] == "/":
            self.take()
            choices.append(self.type1())
        return choices[0] if len(choices) == 1 else ("choice", choices)

    def type1(self):
        left = self.type2()
        kind, text = self.peek()
        if kind == "range":
            self.take()
            return ("range", left[1], self.type2()[1])
        if kind == "control":
            self.take()
            return ("control", text[1:], left, self.type2())
        return left

    def type2(self):
        kind, text = self.take()
        if kind == "bytes":
            return ("value", bytes.fromhex(text[2:-1]))
        if kind == "text":
            return ("value", json.loads(text))
        if kind == "number":
            return ("value", int(text))
        if kind == "name":
            constants = {"null": None, "true": True, "false": False}
            return ("value", constants[text]) if text in constants else ("rule", text)
        if kind == "tag":
            self.take("(")
            inner = self.type()
            self.take(")")
            return ("tag", int(text[3:]), inner)
        closing = {"(": ")", "{": "}", "[": "]"}.get(text)
        if closing is None:
            raise ValueError(f"CDDL: a type expected, {text!r} found")
        group = self.group(closing)
        self.take(closing)
        return ({"(": "group", "{": "map", "[": "array"}[text], group)

    def group(self, closing):
        alternatives = [[]]
        while self.peek()[1] != closing:
            kind, text = self.peek()
            if text == "//":
                self.take()
                alternatives.append([])
            elif text == ",":
                self.take()
            else:
                alternatives[-1].append(self.entry())
        return alternatives

    def entry(self):
        least, most = 1, 1
        kind, text = self.peek()
        if kind == "occur":
            self.take()
            if text == "?":
                least, most = 0, 1
            elif text == "+":
                least, most = 1, None
            else:
                low, high = text.split("*")
                least, most = int(low or 0), int(high) if high else None
        kind, text = self.peek()
        if self.peek(1)[1] == ":":
            self.take(), self.take(":")
            key = {"name": lambda: text, "text": lambda: json.loads(text), "number": lambda: int(text)}[kind]()
            return (least, most, ("value", key), self.type())
        kind_or_type = self.type()
        if self.peek()[1] == "=>":
            self.take()
            return (least, most, kind_or_type, self.type())
        return (least, most, None, kind_or_type)


class Schema:
    def __init__(self, folder, decode):
        files = sorted(Path(folder).glob("*.cddl"))
        self.rules = Parser("\n".join(file.read_text("utf-8") for file in files)).rules()
        self.decode = decode
        self.deepest = None  # the place of the deepest mismatch that nothing has made good
        self.why = ""  # what the last byte string was refused for
        self.seen = {}
        self.checks = {}  # of rules whose value must be more than their form: what else is asked

    def match(self, rule, value):
        self.deepest, self.why = None, ""
        if not self.fits(("rule", rule), value, ()):
            place = "/".join(map(str, self.deepest or ()))
            raise Mismatch(f"is no {rule} of docs/schema" + (f", at {place}" if place else "") + self.why)

    def fits_type(self, type_, value):
        return self.fits(type_, value, ())

    def fields(self, rule):
        """The entries of an array rule, or of a group, in order, with groups within it opened."""
        kind, group = self.rules[rule]
        result = []
        for _, _, key, type_ in group[0]:
            inner = self.as_group(type_) if key is None else None
            if inner is None:
                result.append((key[1] if key else None, type_))
            else:
                result += self.fields(type_[1])
        return result

    # One function answers whether a value is of a type, one each for the entries of maps and of arrays. The latter two yield
    # every way in which a group can take its part, so that alternatives are tried one after another.

    def fits(self, type_, value, path):
        kind = type_[0]
        if kind == "rule":
            name = type_[1]
            simple = {"uint": lambda: type(value) is int and 0 <= value < 2**64, "tstr": lambda: type(value) is str,
                      "bstr": lambda: type(value) is bytes, "bool": lambda: type(value) is bool}.get(name)
            result = simple() if simple else self.fits(self.rules[name], value, path)
            result = result and (name not in self.checks or self.checks[name](value))
        elif kind == "value":
            result = type(value) is type(type_[1]) and value == type_[1]
        elif kind == "range":
            result = type(value) is int and type_[1] <= value <= type_[2]
        elif kind == "choice":
            result = any(self.fits(choice, value, path) for choice in type_[1])
        elif kind == "group":  # a type in parentheses
            result = any(len(entries) == 1 and self.fits(entries[0][3], value, path) for entries in type_[1])
        elif kind == "tag":
            result = isinstance(value, CBORTag) and value.tag == type_[1] and self.fits(type_[2], value.value, path)
        elif kind == "control":
            result = self.fits(type_[2], value, path) and self.controlled(type_[1], type_[3], value, path)
        elif kind == "map":
            result = type(value) is dict and any(
                not left for left in self.in_map(type_[1], value, frozenset(value), path))
        elif kind == "array":
            result = type(value) is list and any(
                end == len(value) for end in self.in_array(type_[1], value, 0, path))
        if not result and (self.deepest is None or len(path) > len(self.deepest)):
            self.deepest = path
        elif result and self.deepest and self.deepest[:len(path)] == path:
            self.deepest = None  # another choice fitted
        return result

    def controlled(self, control, argument, value, path):
        if control == "size":
            return self.fits(argument, len(value.encode() if type(value) is str else value), path)
        if control == "regexp":
            return re.fullmatch(argument[1], value, re.ASCII) is not None
        if control == "ge":
            return value >= argument[1]
        known = (value, repr(argument))  # .cbor; what was looked at once need not be looked at again
        if known not in self.seen:
            try:
                result = self.fits(argument, self.decode(value), path)
            except Exception as problem:
                result, self.why = False, f": {problem}"
            if len(self.seen) > 4096:
                self.seen.clear()
            self.seen[known] = result
        return self.seen[known]

    def as_group(self, type_):
        """The alternatives of an entry that stands for a group, or None where it is a type."""
        if type_[0] == "rule" and type_[1] in self.rules:
            type_ = self.rules[type_[1]]
        return type_[1] if type_[0] == "group" else None

    def in_map(self, alternatives, value, left, path):
        for entries in alternatives:
            yield from self.map_entries(entries, value, left, path)

    def map_entries(self, entries, value, left, path):
        if not entries:
            yield left
            return
        (least, most, key, type_), rest = entries[0], entries[1:]
        if key is None:
            for after in self.in_map(self.as_group(type_), value, left, path):
                yield from self.map_entries(rest, value, after, path)
            if least == 0:
                yield from self.map_entries(rest, value, left, path)
        elif key[0] == "value":
            # Of a key that is there, the value must fit: it is never passed over.
            here = [each for each in left if type(each) is type(key[1]) and each == key[1]]
            if here and self.fits(type_, value[here[0]], path + (key[1],)):
                yield from self.map_entries(rest, value, left - {here[0]}, path)
            elif not here and least == 0:
                yield from self.map_entries(rest, value, left, path)
        else:
            named = {entry[2][1] for entry in rest if entry[2] and entry[2][0] == "value"}
            taken = [each for each in left if each not in named and self.fits(key, each, path)]
            if least <= len(taken) and (most is None or len(taken) <= most):
                if all(self.fits(type_, value[each], path + (each,)) for each in taken):
                    yield from self.map_entries(rest, value, left - set(taken), path)

    def in_array(self, alternatives, value, start, path):
        for entries in alternatives:
            yield from self.array_entries(entries, value, start, path)

    def array_entries(self, entries, value, start, path):
        if not entries:
            yield start
            return
        (least, most, _, type_), rest = entries[0], entries[1:]
        group = self.as_group(type_)
        if group is not None and any(len(each) != 1 or each[0][2] is not None for each in group):
            for after in self.in_array(group, value, start, path):  # groups occur once in these files
                yield from self.array_entries(rest, value, after, path)
            return
        end = start  # as many as fit, then fewer
        while end < len(value) and (most is None or end - start < most) and self.fits(type_, value[end], path + (end,)):
            end += 1
        for stop in range(end, start + least - 1, -1):
            yield from self.array_entries(rest, value, stop, path)
