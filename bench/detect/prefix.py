"""Whether what is said of a row depends on the rows up to it alone: a prefix scores bit-equal."""

import pathlib
import tempfile

from engines import detect_csv

FILES = 4  # of each set
SHARES = (0.37, 0.81)  # of the rows


def first_difference(whole, part):
    """The number of the first row that differs, from 0; None if all are equal. Scores are printed so that
    they read back exactly: equal text is equal bits."""
    for number, (expected, got) in enumerate(zip(whole, part)):
        if expected != got:
            return number
    return None


def check(options, series):
    """One line for each file and prefix: {file, rows, differs: None or a row}."""
    files = sorted(series.glob("*.csv"))
    for file in files[::max(1, len(files) // FILES)][:FILES]:
        lines = file.read_text().splitlines(keepends=True)
        whole = detect_csv(options, file)
        for share in SHARES:
            with tempfile.TemporaryDirectory() as folder:
                shorter = pathlib.Path(folder) / file.name
                shorter.write_text("".join(lines[:int(len(lines) * share)]))
                part = detect_csv(options, shorter)
            yield {"file": file.stem, "rows": len(part), "differs": first_difference(whole, part)}
