"""Answers a component's imports with Python functions: the other end of the shell's pipe.

Run as `python3 -u -c THIS file PATH` or `python3 -u -c THIS lambda EXPRESSION`. Requests and answers are JSON, one object a
line, as docs/provider-protocol.md says. Only the standard library of Python 3.8 is used.
"""

import io
import json
import keyword
import os
import sys
import traceback
import types


class Err(Exception):
    """The `err` of a result: raised, returned, or given as an argument."""

    def __init__(self, value=None):
        super().__init__(value)
        self.value = value


class _Wrapped:
    def __init__(self, value=None):
        self.value = value

    def __eq__(self, other):
        return type(self) is type(other) and self.value == other.value

    def __hash__(self):
        return hash((type(self), self.value))

    def __repr__(self):
        return f"{type(self).__name__}({self.value!r})"


class Ok(_Wrapped):
    """The `ok` of a result, where it must be told from something else."""


class Some(_Wrapped):
    """The outer `some` of an option inside an option."""


class Variant(tuple):
    """One case of a variant and its payload: equal to the tuple of both."""

    def __new__(cls, case, value=None):
        return super().__new__(cls, (case, value))

    case = property(lambda self: self[0])
    value = property(lambda self: self[1])


class Record(dict):
    """A record: fields as attributes and as items, in the spelling of WIT or of Python."""

    def __missing__(self, key):
        label = key.replace("_", "-") if isinstance(key, str) else key
        if label == key:
            raise KeyError(key)
        return self[label]

    def __getattr__(self, name):
        for label in self:
            if snake(label) == name:
                return self[label]
        raise AttributeError(name)


class Foreign:
    """A resource that this process did not make."""

    def __init__(self, resource):
        self.resource = resource

    def __getattr__(self, name):
        raise AttributeError(f"no `{name}` is known of this {self.resource}: it was not made by this process")


class Unfit(Exception):
    """The provider's file does not do what is asked of it."""


def snake(name):
    """A function's or field's name in Python."""
    name = name.replace("-", "_")
    return name + "_" if keyword.iskeyword(name) else name


def pascal(name):
    """A resource's class."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("-"))


class Resources:
    """The objects behind the numbers that the shell knows."""

    def __init__(self):
        self.objects = {}
        self.last = 0

    def number(self, value):
        self.last += 1
        self.objects[self.last] = value
        return self.last

    def value(self, handle, own):
        number = handle["handle"]
        if number == 0:
            return Foreign(handle["resource"])
        return self.objects.pop(number) if own else self.objects[number]


RESOURCES = Resources()


def split(ty):
    """The head of a type and its parts."""
    if ty is None or isinstance(ty, str):
        return ty, None
    return next(iter(ty.items()))


def from_json(ty, value):
    """An argument as Python has it."""
    kind, part = split(ty)
    if kind in ("f32", "f64"):
        return float(value)
    if kind == "list":
        return bytes(value) if part == "u8" else [from_json(part, item) for item in value]
    if kind == "tuple":
        return tuple(from_json(t, item) for t, item in zip(part, value))
    if kind == "map":
        pairs = value.items() if isinstance(value, dict) else value
        return {from_json(part[0], k): from_json(part[1], v) for k, v in pairs}
    if kind == "record":
        return Record((name, from_json(t, value[name])) for name, t in part.items())
    if kind == "variant":
        (case, payload), = value.items()
        return Variant(case, from_json(part[case], payload))
    if kind == "flags":
        return set(value)
    if kind == "option":
        if value is None:
            return None
        nested = split(part)[0] == "option"
        return Some(from_json(part, value["some"])) if nested else from_json(part, value)
    if kind == "result":
        (case, payload), = value.items()
        return Ok(from_json(part[0], payload)) if case == "ok" else Err(from_json(part[1], payload))
    if kind in ("own", "borrow"):
        return RESOURCES.value(value, kind == "own")
    return value


def label(labels, value, what):
    """The name of a case or flag, written as WIT or as Python writes it."""
    name = getattr(value, "value", value) if not isinstance(value, str) else value
    for candidate in (name, getattr(value, "name", None)):
        for known in labels:
            if candidate in (known, snake(known), snake(known).upper()):
                return known
    raise Unfit(f"{value!r} is none of the {what} {', '.join(labels)}")


def to_json(ty, value):
    """A result as JSON has it. What a plain type may hold is checked by the shell."""
    kind, part = split(ty)
    if kind is None:
        return None
    if kind in ("f32", "f64") and isinstance(value, float) and not -1e999 < value < 1e999:
        return "nan" if value != value else "inf" if value > 0 else "-inf"
    if part is None:
        if isinstance(value, str):
            value.encode("utf-8")  # half a surrogate pair is no text
            return value
        if value is None or isinstance(value, (bool, int, float)):
            return value
        raise Unfit(f"expected {kind}, found {value!r}")
    if kind == "option":
        if value is None:
            return None
        nested = split(part)[0] == "option"
        inner = value.value if isinstance(value, Some) else value
        return {"some": to_json(part, inner)} if nested else to_json(part, inner)
    if kind == "result":
        if isinstance(value, Err):
            return {"err": to_json(part[1], value.value)}
        return {"ok": to_json(part[0], value.value if isinstance(value, Ok) else value)}
    if kind == "enum":
        return label(part, value, "cases")
    if kind == "own":
        return RESOURCES.number(value)
    return COMPOUND[kind](part, value)


def list_to_json(part, value):
    if isinstance(value, (str, dict)) or not hasattr(value, "__iter__"):
        raise Unfit(f"expected a list, found {value!r}")
    return [to_json(part, item) for item in value]


def tuple_to_json(parts, value):
    if not isinstance(value, (tuple, list)) or len(value) != len(parts):
        raise Unfit(f"expected a tuple of {len(parts)}, found {value!r}")
    return [to_json(t, item) for t, item in zip(parts, value)]


def map_to_json(part, value):
    if not isinstance(value, dict):
        raise Unfit(f"expected a dict, found {value!r}")
    pairs = [(to_json(part[0], k), to_json(part[1], v)) for k, v in value.items()]
    return dict(pairs) if part[0] == "string" else [list(pair) for pair in pairs]


def record_to_json(fields, value):
    found = {}
    for name, t in fields.items():
        if isinstance(value, dict):
            item = value.get(name, value.get(snake(name), Unfit))
        else:
            item = getattr(value, snake(name), Unfit)
        if item is Unfit and split(t)[0] != "option":
            raise Unfit(f"{value!r} has no field {snake(name)}")
        found[name] = to_json(t, None if item is Unfit else item)
    return found


def variant_to_json(cases, value):
    if isinstance(value, dict) and len(value) == 1:
        value, = value.items()
    case, payload = value if isinstance(value, tuple) and len(value) == 2 else (value, None)
    case = label(cases, case, "cases")
    return {case: to_json(cases[case], payload)}


def flags_to_json(labels, value):
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise Unfit(f"expected a set of flags, found {value!r}")
    return [label(labels, flag, "flags") for flag in value]


COMPOUND = {
    "list": list_to_json,
    "tuple": tuple_to_json,
    "map": map_to_json,
    "record": record_to_json,
    "variant": variant_to_json,
    "flags": flags_to_json,
}


class File:
    """Functions and classes of a file."""

    def __init__(self, path):
        self.name = os.path.basename(path)
        self.module = types.ModuleType(os.path.splitext(self.name)[0])
        self.module.__file__ = path
        vars(self.module).update(Err=Err, Ok=Ok, Some=Some, Variant=Variant, Record=Record)
        sys.modules.setdefault(self.module.__name__, self.module)
        sys.path.insert(0, os.path.dirname(path))
        with open(path, "rb") as source:
            exec(compile(source.read(), path, "exec"), vars(self.module))

    def look_up(self, owner, name, what):
        found = getattr(owner, name, None)
        if not callable(found):
            raise Unfit(f"{self.name} has no {what}")
        return found

    def function(self, name, args):
        """What to call for a function of a WIT interface."""
        kind, _, rest = name.rpartition("]")
        if not kind:
            return self.look_up(self.module, snake(name), f"function `{snake(name)}`")
        resource, _, member = rest.partition(".")
        class_name = pascal(resource)
        if kind == "[method" and not isinstance(args[0], Foreign):
            owner = type(args[0])
        else:
            owner = self.look_up(self.module, class_name, f"class `{class_name}` for the resource {resource}")
        if kind == "[constructor":
            return owner
        what = f"method `{snake(member)}` in the class `{owner.__name__}`"
        return self.look_up(owner, snake(member), what)


class Lambda:
    """One function for whatever is called."""

    def __init__(self, text):
        self.answer = eval(text, {"Err": Err, "Ok": Ok, "Some": Some, "Variant": Variant, "Record": Record})

    def function(self, _name, _args):
        return self.answer


def call(source, request):
    """Calls the function that is asked for; its result as JSON."""
    wanted = request["types"]
    args = [from_json(ty, arg) for ty, arg in zip(wanted["params"], request["args"])]
    function = source.function(request["function"], args)
    try:
        value = function(*args)
    except Err as err:
        if split(wanted["result"])[0] != "result":
            raise
        value = err
    return to_json(wanted["result"], value)


def describe(error):
    """An exception in one line."""
    return traceback.format_exception_only(type(error), error)[-1].strip()


def answer(source, request):
    """The answer to one call, as the fields beside `id`."""
    try:
        return {"ok": call(source, request)}
    except Unfit as unfit:
        return {"error": str(unfit)}
    except Exception as error:
        show_traceback(error)
        return {"trap": describe(error)}


def show_traceback(error):
    """Shows where in the provider's own code it happened."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == "<string>" and frames.tb_frame.f_globals is globals():
        frames = frames.tb_next
    if frames:
        traceback.print_exception(type(error), error, frames)


def drop(handle):
    """Ends a resource: by its method `drop`, if it has one, and by letting it go."""
    value = RESOURCES.objects.pop(handle["handle"], None)
    try:
        if callable(getattr(value, "drop", None)):
            value.drop()
    except Exception as error:
        show_traceback(error)


class Printed(io.TextIOBase):
    """What the provider prints, on its way to the shell between the answers."""

    encoding = "utf-8"

    def __init__(self, say):
        self.say = say

    def writable(self):
        return True

    def write(self, text):
        self.say({"print": text.encode("utf-8", "replace").decode("utf-8")})
        return len(text)


def main():
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    # Nothing else may read or write the pipes: not `input()`, not `print`, not a library in C.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def say(message):
        answers.write(json.dumps(message, allow_nan=False) + "\n")
        answers.flush()

    sys.stdout = sys.stderr = Printed(say)
    how, what = sys.argv[1:]
    source = None
    for line in requests:
        request = json.loads(line)
        if "drop" in request:
            drop(request["drop"])
            continue
        if source is None:
            try:
                source = File(what) if how == "file" else Lambda(what)
            except Exception as error:
                show_traceback(error)
                say({"id": request["id"], "error": f"it cannot be loaded: {describe(error)}"})
                continue
        say({"id": request["id"], **answer(source, request["call"])})


main()
