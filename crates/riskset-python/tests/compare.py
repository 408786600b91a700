"""The rules by which an answer agrees with a reference case: tests/reference/README.md."""

BY_KEY = {"tests": "name", "warnings": "code", "causes": "cause", "gray": "cause"}


def difference(expected, found, tolerance, path="", key=""):
    """The first place where the two differ, in words; None when they agree."""
    if isinstance(expected, dict) and expected and all(name[0] == "$" for name in expected):
        return None if matches(expected, found) else f"{path}: {expected} and {found!r}"
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return f"{path}: no object"
        for name, want in expected.items():
            if name not in found:
                return f"{path}.{name}: there is none"
            told = difference(want, found[name], tolerance, f"{path}.{name}", name)
            if told:
                return told
        return None
    if isinstance(expected, list):
        return array(expected, found, tolerance, path, key)
    if is_number(expected):
        allowed = max(tolerance["absolute"], tolerance["relative"] * abs(expected))
        close = is_number(found) and abs(found - expected) <= allowed
        return None if close else f"{path}: {expected} and {found}"
    same = type(expected) is type(found) and expected == found
    return None if same else f"{path}: {expected!r} and {found!r}"


def array(expected, found, tolerance, path, key):
    if not isinstance(found, list):
        return f"{path}: no array"
    name = BY_KEY.get(key)
    if name and expected and all(isinstance(item, dict) and name in item for item in expected):
        for want in expected:
            got = [item for item in found if item.get(name) == want[name]]
            if not got:
                return f"{path}: no {want[name]}"
            told = difference(want, got[0], tolerance, f"{path}.{want[name]}")
            if told:
                return told
        return None
    if len(expected) != len(found):
        return f"{path}: {len(expected)} entries and {len(found)}"
    for at, (want, got) in enumerate(zip(expected, found)):
        told = difference(want, got, tolerance, f"{path}[{at}]")
        if told:
            return told
    return None


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def matches(matcher, found):
    tests = {
        "$any": lambda want: True,
        "$length": lambda want: isinstance(found, list) and len(found) == want,
        "$min_length": lambda want: isinstance(found, list) and len(found) >= want,
        "$above": lambda want: is_number(found) and found > want,
        "$below": lambda want: is_number(found) and found < want,
        "$contains": lambda want: isinstance(found, str) and want.lower() in found.lower(),
    }
    return all(tests[name](want) for name, want in matcher.items())
