#!/usr/bin/env python3
"""The encodings of samples beside Gorilla: bytes, and CPU to write and read one sample.

    bench/chunks.py            (builds chunk_bench; data from VEDETTE_DATA, default ../shared/data)

On made-up series of each kind, then on the real series of every archive in data/ad and data/rca; a
missing set is reported as skipped.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETS = ["ad/nab.open", "ad/mscloud.open", "ad/asd.open", "rca/petshop.open", "rca/petshop.normal",
        "rca/rcd_sockshop.open", "rca/nezha.open.metrics", "rca/nezha.normal.metrics"]


def main():
    data = pathlib.Path(os.environ.get("VEDETTE_DATA", ROOT.parent / "shared/data"))
    build = ROOT / "build/release"
    subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, "chunk_bench"], check=True, stdout=subprocess.DEVNULL)
    arguments = []
    for name in SETS:
        archive = data / (name + ".tar.zst")
        folder = ROOT / "build/bench/data" / name
        if not archive.exists():
            print(f"skipped: {archive} is not here")
            continue
        if not folder.exists():
            folder.mkdir(parents=True)
            subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
        arguments.append(f"{name}={folder}")
    return subprocess.run([build / "bench/chunk_bench", *arguments]).returncode


if __name__ == "__main__":
    sys.exit(main())
