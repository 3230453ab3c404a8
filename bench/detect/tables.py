"""The tables of shared/design/detection.md: one row a goal, one column an engine."""

# Title, key in the results, goal; first acceptable.
NAB = [("standard", "standard", "83; 76"), ("low FP", "reward_low_FP_rate", "74; 68"),
       ("low FN", "reward_low_FN_rate", "84; 81")]
OPS = {"mscloud": ("Microsoft cloud", {"0.05": "", "0.1": ".50", "0.33": ".75", "1": ".92"}),
       "minutes": ("made up, by the minute", {"0.05": "", "0.1": "", "0.33": ""}),
       "kpi": ("web-service KPIs", {"0.05": ".85", "0.1": ".91", "0.33": ".95"})}
TITLES = {"nab": "NAB", "asd": "ASD", **{name: title for name, (title, _) in OPS.items()}}
PEERS = ["csv", "netdata", "z"]
COLUMNS = ["goal", "goal; first acceptable", "server, fitted", "server, held out", *PEERS]


def share(value):
    return f"{value:.2f}".removeprefix("0")


def recall(found):
    return f"{share(found['recall'])} at {share(found['false_alarms_a_day'])}"


def rows_of(name):
    """(title, goal, function of a result to text) for each goal of a set."""
    if name == "nab":
        for title, profile, goal in NAB:
            yield f"NAB, {title}", goal, lambda r, p=profile: f"{r[p]['score']:.1f}"
    elif name in OPS:
        title, budgets = OPS[name]
        for budget, goal in budgets.items():
            yield f"{title}, recall at {budget} a day", goal, lambda r, b=budget: recall(r[b])
        for budget in budgets:
            yield f"{title}, median delay at {budget}, samples", "2", lambda r, b=budget: f"{r[b]['delay']:g}"
    else:
        title = TITLES.get(name, name)
        yield f"{title}, point F1", ".60", lambda r: share(r["point_f1"])
        yield f"{title}, events found", "", lambda r: f"{r['found']} of {r['events']}"
        yield (f"{title}, a true root among the first three", ".85",
               lambda r: f"{share(r['root_among_first'])} of {r['found']}")
        yield f"{title}, the same by chance", "", lambda r: share(r["root_by_chance"])
        yield (f"{title}, events with five roots at most; by chance", "",
               lambda r: f"{share(r['root_among_first_few'])} of {r['few_roots']}, {share(r['root_by_chance_few'])}")


def cell(results, engine, part, text):
    result = results.get(engine)
    if result is None:
        return ""
    found = result[part]
    return "; ".join(map(text, found)) if isinstance(found, list) else text(found)


def accuracy(results):
    """results: {set: {engine: {"fitted": ..., "held_out": [...]}}} -> rows of cells."""
    rows = [COLUMNS]
    for name, of_set in results.items():
        for title, goal, text in rows_of(name):
            rows.append([title, goal, cell(of_set, "server", "fitted", text), cell(of_set, "server", "held_out", text),
                         *(cell(of_set, engine, "fitted", text) for engine in PEERS)])
        calm = of_set.get("server", {}).get("quiet")
        if calm:
            said = f"{share(calm['warnings'] / calm['days'])}: {calm['warnings']} in {calm['days']:.0f} days"
            rows.append([f"{TITLES.get(name, name)}, warnings a series-day on {calm['series']} series without events",
                         ".05", said, "", "", "", ""])
    return rows


def cost_alone(rows, published):
    """One row a number of series, nanoseconds a value; then bytes a series."""
    of = {(row["engine"], row["series"]): row for row in rows}
    table = [["series in turn", "goal", "vedette, a step", "vedette, a shard", "netdata, training included",
              "of it training", "all 18 models asked", "z"]]
    for series in sorted({row["series"] for row in rows}):
        def ns(engine, key="ns", at=series):
            return f"{of[engine, at][key]:.0f} ns" if (engine, at) in of else ""
        table.append([f"{series:,}", "300 ns" if series >= 1_000_000 else "100 ns", ns("vedette"), ns("shard"),
                      ns("netdata"), ns("netdata", "train_ns"), ns("netdata", "ns_all_models"), ns("z")])
    first = {row["engine"]: row for row in reversed(rows)}
    window = first["netdata"]["window_bytes"]
    table.append(["bytes a series", "1,536", f"{first['vedette']['bytes']:,}",
                  f"{first['shard']['bytes']:,} with labels",
                  f"{first['netdata']['bytes']:,}, and {window:,} read to train", "", "", f"{first['z']['bytes']}"])
    table.append(["what Netdata says of itself", "", "", "",
                  f"{published['netdata']['ns']} ns, {published['netdata']['bytes']} bytes", "", "", ""])
    return table


def cost_in_server(rows):
    def spread(median, least, most):
        return f"{median:.0f} ({least:.0f} to {most:.0f})"

    table = [["series x scrapes", "ns a sample, on", "off", "added (least to most)", "of it outside of the kernel", "goal",
              "bytes a series added", "goal"]]
    for row in rows:
        table.append([f"{row['series']:,} x {row['scrapes']:,}", f"{row['on_ns']:.0f}", f"{row['off_ns']:.0f}",
                      spread(*row["added_ns"]), spread(*row["added_program_ns"]), "100",
                      f"{row['added_bytes']:,.0f}", "1,536"])
    return table


def prefixes(rows):
    table = [["prefix", "rows", "scores"]]
    for row in rows:
        said = "ok" if row["differs"] is None else f"row {row['differs']} differs"
        table.append([f"{row['set']}/{row['file']}", str(row["rows"]), said])
    return table


def show(title, rows):
    """Prints a table of Markdown, padded."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    print(f"\n{title}\n")
    for number, row in enumerate(rows):
        print("| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
