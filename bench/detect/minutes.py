"""Indicators of web services by the minute and by five, made up, with events whose place is known.

Of eight kinds (traffic, noisy traffic, counts, latency, success rates, rare errors, levels that
wander, queues), with a day, a weekend, noise that remembers, and gaps. What befalls them is a spike, a
dip, an outage, a shift, a ramp or more noise, of 3.5 to 25 times their noise: the lesser half is hard
to tell from chance. `write` makes <series>.csv and labels.json as in the other sets; a seed always
makes the same.
"""

import json
import math
import random

KINDS = ("traffic", "noisy", "counts", "latency", "success", "errors", "wandering", "queue")
RISING = ("latency", "errors", "queue")  # what is bad in these is more, in success rates less
SERIES = 32
DAY = 86_400
START = 1_500_000_000 // DAY * DAY
LEARNS = 0.2  # of a series has no events
APART = 400  # values from event to event
EVENTS = {"spike": (0.30, 1, 4), "dip": (0.20, 1, 7), "outage": (0.15, 5, 39), "shift": (0.20, 15, 199),
          "ramp": (0.08, 20, 89), "noise": (0.07, 10, 59)}  # how often; fewest and most minutes


def poisson(rng, mean):
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, product, end = 0, rng.random(), math.exp(-mean)
    while product > end:
        count, product = count + 1, product * rng.random()
    return count


def loads(rng, rows, step):
    """What the hour and the weekday make of a load of 1."""
    swing, phase, other = rng.uniform(0.3, 0.9), rng.random(), rng.random()
    weekend = rng.uniform(0.6, 1)
    for row in range(rows):
        days = (START + row * step) / DAY
        load = 1 + swing * math.sin(2 * math.pi * (days - phase)) + 0.25 * swing * math.sin(4 * math.pi * (days - other))
        yield max(load, 0.05) * (weekend if int(days + 4) % 7 in (0, 6) else 1)


def indicator(rng, kind, step):
    """How much of its noise a kind keeps from value to value, and (load, that noise) -> (value, deviation)."""
    base = 10 ** rng.uniform(1, 5)
    noise = {"traffic": rng.uniform(0.01, 0.04), "noisy": rng.uniform(0.08, 0.25), "latency": rng.uniform(0.05, 0.2),
             "wandering": rng.uniform(0.01, 0.05)}.get(kind, 0)
    mean = {"counts": 10 ** rng.uniform(0.3, 2.3), "errors": 10 ** rng.uniform(-1.5, 0.5)}.get(kind, 0)
    failing = 10 ** rng.uniform(-3, -1.5)
    level = [0.0]

    def traffic(load, slow):
        usual = base * load
        return usual * math.exp(0.7 * noise * (slow + rng.gauss(0, 1))), usual * noise

    def counts(load, slow):
        return poisson(rng, mean * load * math.exp(0.1 * slow)), math.sqrt(mean * load + 0.01 * (mean * load) ** 2)

    def latency(load, slow):
        usual = base / 100 * (0.8 + 0.2 * load)
        tail = rng.expovariate(2) if rng.random() < 0.002 else 0
        return usual * math.exp(noise * (0.6 * slow + 0.8 * rng.gauss(0, 1)) + tail), usual * noise

    def success(load, _):
        return 1 - poisson(rng, failing * 200 * load) / (200 * load), math.sqrt(failing / (200 * load))

    def errors(load, _):
        usual = mean * load
        return poisson(rng, rng.gammavariate(1.5, usual / 1.5)), math.sqrt(usual + usual * usual / 1.5)

    def wandering(_, slow):
        level[0] += 0.02 * rng.gauss(0, 1) * math.sqrt(step / 3600)
        usual = base * math.exp(level[0])
        return usual * (1 + noise * slow), usual * noise

    def queue(_, slow):
        usual = base / 50
        return max(0, usual * (1 + 0.5 * slow + 0.3 * rng.gauss(0, 1))), 0.4 * usual

    value = {"traffic": traffic, "noisy": traffic, "counts": counts, "latency": latency, "success": success,
             "errors": errors, "wandering": wandering, "queue": queue}[kind]
    return {"latency": 0.95, "wandering": 0.7, "queue": 0.98}.get(kind, 0.9), value


def usual(rng, kind, rows, step):
    """[[value, deviation of its noise], ...] without events."""
    kept, value = indicator(rng, kind, step)
    slow, made = 0.0, []
    for load in loads(rng, rows, step):
        slow = kept * slow + math.sqrt(1 - kept * kept) * rng.gauss(0, 1)
        made.append(list(value(load, slow)))
    return made


def befall(rng, kind, rows, begin, step):
    """Puts an event into the rows; returns how many values it has."""
    name = rng.choices(list(EVENTS), [weight for weight, *_ in EVENTS.values()])[0]
    _, fewest, most = EVENTS[name]
    length = max(1, rng.randint(fewest, most) * 60 // step)
    size = math.exp(rng.uniform(math.log(3.5), math.log(25)))
    way = 1 if kind in RISING else -1 if kind == "success" else rng.choice((1, 1, -1))
    loss = rng.uniform(0, 0.6)
    for i, row in enumerate(rows[begin:begin + length]):
        value, deviation = row
        if name == "outage" and kind in ("traffic", "noisy", "counts", "wandering"):
            value *= loss
        elif name == "noise":
            value += 0.5 * size * deviation * rng.gauss(0, 1)
        else:
            if name in ("spike", "dip"):
                towards = way if kind in (*RISING, "success") else 1 if name == "spike" else -1
                share = towards * rng.uniform(0.6, 1.4)
            else:
                share = way * (1.3 * i / length if name == "ramp" else 0.6)
            value += share * size * deviation
        value = max(0, min(value, 1 if kind == "success" else math.inf))
        row[0] = round(value) if kind in ("counts", "errors") else value
    return length


def make(rng, kind):
    """(seconds between values, rows, windows)."""
    step = 60 if rng.random() < 0.75 else 300
    count = (rng.randint(14, 39) if step == 60 else rng.randint(30, 119)) * DAY // step
    rows = usual(rng, kind, count, step)
    windows, free = [], 0
    for begin in sorted(rng.randint(int(LEARNS * count) + 50, count - 300) for _ in range(rng.randint(4, 17))):
        if begin < free:
            continue
        length = befall(rng, kind, rows, begin, step)
        windows.append([START + begin * step, START + (begin + length - 1) * step])
        free = begin + length + APART
    if rng.random() < 0.3:
        for begin in (rng.randint(100, count - 100) for _ in range(3)):
            for row in rows[begin:begin + rng.randint(2, 59)]:
                row[0] = None
    return step, rows, windows


def write(folder, seed):
    rng = random.Random(seed)
    labels = {}
    for number in range(SERIES):
        kind = KINDS[number % len(KINDS)]
        step, rows, windows = make(rng, kind)
        name = f"{kind}-{number:02}"
        (folder / f"{name}.csv").write_text("".join(
            f"{START + i * step},{'' if value is None else f'{value:.6g}'}\n" for i, (value, _) in enumerate(rows)))
        labels[name] = {"windows": windows, "step": step, "rows": len(rows), "kind": kind, "source": f"made up, seed {seed}"}
    (folder / "labels.json").write_text(json.dumps(labels))
