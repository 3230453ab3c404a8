"""Scores of what an engine found: fitted, and with thresholds of every other file on the rest."""

import json
import math
import re
import subprocess

from sets import SCORERS, labels_of, read_table

FIRST = 3  # metrics of a host that somebody would look at
FEW = 5    # of 19 metrics: where so few are roots at most, chance seldom finds one


def halves(series):
    """Two folders with every other file and its labels."""
    labels = labels_of(series)
    names = sorted(labels)
    for number in (0, 1):
        folder = series.parent / f"half{number}"
        folder.mkdir(exist_ok=True)
        mine = {name: labels[name] for name in names[number::2]}
        (folder / "labels.json").write_text(json.dumps(mine))
        for name in mine:
            target = folder / f"{name}.csv"
            if not target.exists():
                target.symlink_to(series / f"{name}.csv")
        yield folder


def run_scorer(options, metric, series, scores, thresholds=None):
    """What the scorer prints: nab {profile: score and threshold}, ops {budget: recall, threshold, ...}."""
    more = ["--thresholds", ",".join(map(str, thresholds))] if thresholds else []
    done = subprocess.run([options.python, SCORERS / "score.py", metric, series, scores, *more],
                          capture_output=True, text=True, check=True)
    if metric == "nab":
        found = re.findall(r"^(\w+)\s+(-?[\d.]+)\s+threshold (\S+)", done.stdout, re.M)
        return {name: {"score": float(value), "threshold": float(at)} for name, value, at in found}
    found = re.findall(r"budget (\S+)\s+recall (\S+)\s+false alarms/series-day (\S+)\s+"
                       r"median delay (\S+) samples\s+threshold (\S+)", done.stdout)
    return {budget: {"recall": float(recall), "threshold": float(at), "false_alarms_a_day": float(rate),
                     "delay": float(delay)}
            for budget, recall, rate, delay, at in found}


def held_out(options, metric, series, scores):
    """[{as run_scorer}, ...]: thresholds of half 0 on half 1, and the reverse."""
    folders = list(halves(series))
    result = []
    for tuned, judged in (folders, folders[::-1]):
        best = run_scorer(options, metric, tuned, scores)
        thresholds = [found["threshold"] for found in best.values()]
        if metric == "nab":  # its scorer takes one threshold for all profiles
            result.append({name: run_scorer(options, metric, judged, scores, [at])[name]
                           for name, at in zip(best, thresholds)})
        else:
            result.append(run_scorer(options, metric, judged, scores, thresholds))
    return result


# --- hosts


def point_f1(judged, at=None):
    """Rows [(score, inside), ...]: the best F1 and its threshold, or the F1 at a threshold."""
    positives = sum(inside for _, inside in judged)
    if at is not None:
        fired = [inside for value, inside in judged if value >= at]
        return 2 * sum(fired) / max(1, len(fired) + positives), at
    best, hits, ordered = (0.0, math.inf), 0, sorted(judged, key=lambda row: -row[0])
    for i, (value, inside) in enumerate(ordered):
        hits += inside
        if i + 1 < len(ordered) and ordered[i + 1][0] == value:
            continue
        best = max(best, (2 * hits / (i + 1 + positives), value))
    return best


def chance_of_root(roots, metrics):
    """That one of three metrics drawn at random is a root."""
    return 1 - math.comb(metrics - roots, FIRST) / math.comb(metrics, FIRST)


class Hosts:
    """Rows and events after the training rows of hosts, and the rank of their metrics."""

    def __init__(self, series, scores, ranking):
        self.labels, self.scores, self.ranking = labels_of(series), scores, ranking
        self.names = sorted(self.labels)

    def rows(self, name):
        judged = read_table(self.scores / f"{name}.csv")[self.labels[name]["train_rows"]:]
        return [(int(t), cells[0]) for t, cells in judged]

    def gather(self, names):
        """[(score, inside), ...] of rows, [(greatest score, host, begin, end, root metrics), ...] of events."""
        rows, events = [], []
        for name in names:
            judged, label = self.rows(name), self.labels[name]
            rows += [(value, any(begin <= t <= end for begin, end in label["windows"])) for t, value in judged]
            roots = {tuple(why["window"]): why["metrics"] for why in label["interpretation"]}
            for begin, end in label["windows"]:
                greatest = max((value for t, value in judged if begin <= t <= end), default=0)
                events.append((greatest, name, begin, end, set(roots[begin, end])))
        return rows, events

    def tell(self, names, at=None):
        rows, events = self.gather(names)
        f1, at = point_f1(rows, at)
        found = [(name, begin, end, roots) for greatest, name, begin, end, roots in events if greatest >= at]
        few = [event for event in found if len(event[3]) <= FEW]
        return {"point_f1": round(f1, 3), "threshold": at, "event_recall": round(len(found) / max(1, len(events)), 3),
                "found": len(found), "events": len(events), "few_roots": len(few),
                **self.of_roots(found), **{f"{key}_few": value for key, value in self.of_roots(few).items()}}

    def of_roots(self, found):
        """The share of events with a true root among the first metrics, and what chance would have."""
        if not found:
            return {"root_among_first": 0.0, "root_by_chance": 0.0}
        right = [bool(roots & set(self.ranking.ranked(name, begin, end)[:FIRST])) for name, begin, end, roots in found]
        chance = [chance_of_root(len(roots), self.labels[name]["metrics"]) for name, _, _, roots in found]
        return {"root_among_first": round(sum(right) / len(found), 3),
                "root_by_chance": round(sum(chance) / len(found), 3)}

    def results(self):
        held = []
        for tuned, judged in ((0, 1), (1, 0)):
            at = point_f1(self.gather(self.names[tuned::2])[0])[1]
            held.append(self.tell(self.names[judged::2], at))
        return {"fitted": self.tell(self.names), "held_out": held}


def quiet(series, listed):
    """Warnings a series-day on series without an event, as the server listed them; None if there is none."""
    labels = labels_of(series)
    calm = [name for name in labels if not labels[name]["windows"]]
    days = 0.0
    for name in calm:
        rows = read_table(series / f"{name}.csv")
        days += (rows[-1][0] - rows[0][0]) / 86400
    warnings = sum(severity != "info" for name in calm for *_, severity in listed.of(name))
    return {"series": len(calm), "days": round(days, 1), "warnings": warnings} if days else None
