#!/usr/bin/env python3
"""Sets the projector beside DuckDB, on the rows of a real marathon.

Both get the same rows in memory and one thread. DuckDB computes every rank
overall, by gender and by age division at every timing point once, in one
query. The projector replays the race passage by passage. It can tell any of those
ranks after each: its first figures are for looking at the end, as a server does that
starts, with its memory fetched from the system meanwhile (cold) and not; DuckDB's
first answer is left out likewise. Then for being ready after every passage, and for
telling three ranks after every passage. Taken in turns, in one run: the ratio is what
counts.

    pip install duckdb
    python3 bench/standings.py DATA_FOLDER [PASSES]
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import duckdb

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUERY = """
    SELECT bib, checkpoint,
        rank() OVER (PARTITION BY checkpoint ORDER BY elapsed_ms) AS overall,
        rank() OVER (PARTITION BY checkpoint, gender ORDER BY elapsed_ms) AS by_gender,
        rank() OVER (PARTITION BY checkpoint, division ORDER BY elapsed_ms) AS by_division
    FROM passages JOIN entries USING (bib)
"""


def load(folder):
    """The passages and the entries' categories as two tables in memory."""
    base = duckdb.connect(config={"threads": 1})
    race = json.loads((folder / "race.json").read_text())
    gun = json.loads((folder / "decisions.json").read_text())[0]["time"].rstrip("Z")
    base.execute("CREATE TABLE entries (bib VARCHAR, gender VARCHAR, division VARCHAR)")
    rows = [[e["bib"], e["categories"][0], e["categories"][-1]] for e in race["entries"]]
    base.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows[:1])
    entries = folder / "race.json"
    base.execute(
        f"""INSERT INTO entries SELECT e.bib, e.categories[1], e.categories[-1]
        FROM (SELECT unnest(entries) AS e FROM read_json('{entries}', maximum_object_size=100000000))
        WHERE e.bib <> ?""",
        [rows[0][0]],
    )
    base.execute(
        f"""CREATE TABLE passages AS
        SELECT CAST(bib AS VARCHAR) AS bib, checkpoint,
            epoch_ms(CAST("time" AS TIMESTAMP)) - epoch_ms(TIMESTAMP '{gun}') AS elapsed_ms
        FROM read_csv('{folder}/passages.csv.gz', all_varchar=true)"""
    )
    return base


def duckdb_once(base):
    """One answer to all ranks, fetched as columns; seconds and rows."""
    begun = time.perf_counter()
    answer = base.execute(QUERY).fetchnumpy()
    return time.perf_counter() - begun, len(answer["overall"])


def projector_once(folder):
    """The projector's figures, seconds."""
    command = ["cargo", "run", "--quiet", "--release", "--locked", "-p", "tasuki-race"]
    command += ["--example", "replay_standings", "--", "1"]
    environment = {**__import__("os").environ, "TASUKI_DATA": str(folder.parent)}
    lines = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines}


def main():
    folder = pathlib.Path(sys.argv[1]).resolve() / "boston-2014"
    passes = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    base = load(folder)
    duckdb_once(base)
    taken = {"duckdb": [], "cold": [], "replayed": [], "settled": [], "asked": []}
    for _ in range(passes):
        seconds, rows = duckdb_once(base)
        taken["duckdb"].append(seconds)
        for name, figure in projector_once(folder).items():
            taken[name].append(figure)
    median = {name: statistics.median(values) for name, values in taken.items()}
    print(f"{rows} passages, median of {passes}, seconds")
    for name, title in (
        ("duckdb", "DuckDB, all ranks once"),
        ("replayed", "projector, every passage, looked at in the end"),
        ("cold", "the same, memory fetched from the system"),
        ("settled", "projector, rankings ready after every passage"),
        ("asked", "projector, three ranks told after every passage"),
    ):
        print(f"{title:50} {median[name]:.3f}  {median[name] / median['duckdb']:.2f} x")


if __name__ == "__main__":
    main()
