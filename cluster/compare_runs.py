#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares spike reports and network files of runs, bit by bit, with what is expected of them.

    compare_runs.py results                                       the comparisons of the demo
    compare_runs.py equal "same seed" a/spikes.h5 b/spikes.h5 different "other seed" a.h5 c.h5 ...

Both files of a comparison are of one kind. Of spike reports, the spikes are compared; of network files, V_m,
connections (sources, targets, delays), weights, and the whole file with all its attributes. Different network
files are only expected to differ in V_m and weights: other seeds run on the same connections.
Exit status: 0 all as expected, 1 not so, 2 a file could not be read.
"""
import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

DEMO = [  # expectation, name, two runs: RUN/spikes.h5 and RUN.h5
    ("equal", "reloaded = same seed", "reloaded", "same_seed"),
    ("equal", "reloaded 2x2 = 3x1", "reloaded", "reloaded_3x1"),
    ("equal", "reloaded 2x2 = 1x4", "reloaded", "reloaded_1x4"),
    ("different", "reloaded, other seed", "reloaded", "other_seed"),
]


@dataclass
class Row:
    """One quantity compared in two files."""
    what: str
    counts: tuple
    unit: str
    max_difference: float | None  # None: the two cannot be subtracted
    equal: bool


def read(path):
    """All datasets and attributes: {name: array}, {(owner, name): value}."""
    data, attributes = {}, {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            data[name] = item[()]
        attributes.update({(name, key): value for key, value in item.attrs.items()})

    with h5py.File(path, "r") as file:
        visit("", file)
        file.visititems(visit)
    return data, attributes


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype == object or b.dtype == object:  # strings of variable length
        return np.array_equal(a, b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def same_items(a, b):
    return a.keys() == b.keys() and all(same_bits(a[key], b[key]) for key in a)


def compare_datasets(what, unit, a, b, endings, subtract):
    """Compares all datasets whose names end so; `subtract` is the ending of those that give the difference."""
    a, b = ({name: values for name, values in side.items() if name.endswith(endings) and not name.startswith("checksums/")}
            for side in (a, b))
    counts = tuple(sum(v.size for name, v in side.items() if name.endswith(subtract)) for side in (a, b))
    names = [name for name in a if name.endswith(subtract)]
    difference = None
    if a.keys() == b.keys() and all(a[name].shape == b[name].shape for name in names):
        gaps = [np.abs(a[name].astype(float) - b[name].astype(float)).max() for name in names if a[name].size]
        difference = max(gaps, default=0.0)
    return Row(what, counts, unit, difference, same_items(a, b))


def kind_of(path, data):
    groups = {name.split("/")[0] for name in data}
    if "spikes" in groups:
        return "spike report"
    if "nodes" in groups:
        return "network file"
    raise ValueError(f"{path} is neither a spike report nor a network file")


def compare_files(path_a, path_b, expected):
    """The rows of one comparison."""
    (a, attributes_a), (b, attributes_b) = read(path_a), read(path_b)
    kind = kind_of(path_a, a)
    if kind_of(path_b, b) != kind:
        raise ValueError(f"{path_a} and {path_b} are of different kinds")
    if kind == "spike report":
        return [compare_datasets("spikes", "ms", a, b, ("/node_ids", "/timestamps"), "/timestamps")]
    rows = [compare_datasets("V_m", "mV", a, b, ("/V_m",), "/V_m"),
            compare_datasets("weights", "", a, b, ("/weight",), "/weight")]
    if expected == "equal":
        ends = ("/source_node_id", "/target_node_id", "/delay")
        rows.insert(1, compare_datasets("connections", "ms", a, b, ends, "/delay"))
        whole = same_items(a, b) and same_items(attributes_a, attributes_b)
        rows.append(Row("whole file", (len(a) + len(attributes_a), len(b) + len(attributes_b)), "", None, whole))
    return rows


def format_row(name, row, expected):
    """The cells of a row of the table, and whether it is as expected. Nothing equals nothing: no proof."""
    a, b = row.counts
    found = "nothing" if not (a and b) else "equal" if row.equal else "different"
    difference = "-" if row.max_difference is None else f"{row.max_difference:.3g} {row.unit}".rstrip()
    cells = [name, row.what, f"{a:,}" if a == b else f"{a:,} / {b:,}", difference, expected, found,
             "ok" if found == expected else "FAILED"]
    return cells, found == expected


def print_table(rows):
    header = ["comparison", "what", "compared", "max difference", "expected", "found", "verdict"]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    numeric = (2, 3)
    for row in [header, ["-" * width for width in widths], *rows]:
        cells = [cell.rjust(width) if i in numeric else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def demo_comparisons(folder):
    return [(expected, name, folder / file.format(a), folder / file.format(b))
            for expected, name, a, b in DEMO for file in ("{}/spikes.h5", "{}.h5")]


def parse_arguments(arguments):
    """The list of (expectation, name, file, file)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage="%(prog)s RESULTS | (equal|different NAME FILE FILE)...")
    parser.add_argument("arguments", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments).arguments
    if len(given) == 1:
        return demo_comparisons(Path(given[0]))
    comparisons = [tuple(given[i:i + 4]) for i in range(0, len(given), 4)]
    for comparison in comparisons:
        if len(comparison) != 4 or comparison[0] not in ("equal", "different"):
            parser.error(f"`{' '.join(comparison)}` is no comparison (it is not `equal|different NAME FILE FILE`). "
                         "Give these four for each.")
    return comparisons


def main(arguments=None):
    table, failed, last = [], 0, None
    try:
        for expected, name, a, b in parse_arguments(arguments):
            for row in compare_files(a, b, expected):
                cells, as_expected = format_row("" if name == last else name, row, expected)
                table.append(cells)
                failed += not as_expected
                last = name
    except (OSError, ValueError) as error:
        print(f"cannot compare ({error}). Give files that finished runs have written.", file=sys.stderr)
        return 2
    print_table(table)
    print(f"\n{failed} of {len(table)} comparisons are not as expected." if failed
          else f"\nAll {len(table)} comparisons are as expected.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
