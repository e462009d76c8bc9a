# SPDX-License-Identifier: Apache-2.0
"""Network files as text: what the scripts of the reference networks share."""


def number(value):
    """As short as reads back the same."""
    return repr(float(value))


def section(name, values):
    """`[name]` with its keys; nested dictionaries become inline tables."""
    return f"[{name}]\n" + "".join(f"{key} = {text(value)}\n" for key, value in values.items()) + "\n"


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return "[" + ", ".join(text(one) for one in value) + "]"
    return "{ " + ", ".join(f"{key} = {text(one)}" for key, one in value.items()) + " }"


def comment(lines):
    return "".join(f"# {line}\n" for line in lines) + "\n"
