// Made-up schedules, plan, silences, alerts and work on incidents for the mock server.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 10, 2, 8); // when the first turn began

const at = (ms) => new Date(ms).toISOString();
const ok = (body, status = 200) => ({ status, body });
const bad = (message, field) => ({
  status: 400,
  body: { error: { code: "invalid_argument", message, field } },
});

const NAMES = { ann: "Ann Berg", ben: "Ben Ahmed", cem: "", dora: "Dora Lind" };
const ZONES = { ann: "Europe/Berlin", ben: "America/New_York", cem: "UTC", dora: "UTC" };
const target = (text) => {
  const [kind, name] = text.split(" ");
  return { kind, name };
};

function plan(world) {
  if (world.scenario === "empty") {
    return { receivers: [], users: [], teams: [], policies: [], routes: [], catch_all: [] };
  }
  const contact = (receiver, to, after = "0s", severities = []) => ({
    ...{ receiver, to, after, severities },
  });
  const users = Object.keys(NAMES).map((name) => ({
    name,
    full_name: world.name + NAMES[name],
    time_zone: ZONES[name],
    contacts:
      name === "dora"
        ? []
        : [
            contact("chat", `@${name}`),
            contact("sms", "+491511234567", "2m", ["critical"]),
            ...(name === "ann" ? [contact("browsers", name)] : []),
          ],
    quiet_hours: name === "ann" ? { hours: ["daily 22:00-07:00"], below: "critical" } : null,
  }));
  const route = (name, match, more) => ({
    ...{ name, match, policy: "", notify: [], continue: false, hours: [], routes: [] },
    ...{ time_zone: "Europe/Berlin", defer_below: "critical", defer_all: false, nobody: false },
    ...more,
  });
  return {
    receivers: [
      { name: "chat", channel: "slack" },
      { name: "sms", channel: "webhook" },
      { name: "browsers", channel: "webpush" },
    ],
    users,
    teams: [
      { name: "shop", schedule: "payments", members: ["ann", "ben", "cem"] },
      { name: "all", schedule: "", members: ["ann", "ben", "cem", "dora"] },
    ],
    policies: [
      {
        name: "payments",
        repeat: 1,
        steps: [
          { notify: [target("schedule payments")], mode: "all", wait: "5m" },
          { notify: ["user cem", "receiver chat"].map(target), mode: "all", wait: "10m" },
          { notify: ["user ann", "user ben"].map(target), mode: "round_robin", wait: "5m" },
        ],
      },
    ],
    routes: [
      route("payments", ['service=~"payment|checkout"'], {
        policy: "payments",
        routes: [
          route("nightly-jobs", ['job="nightly"'], {
            notify: [target("team shop")],
            hours: ["mon-fri 09:00-17:00"],
          }),
        ],
      }),
      route("audit", ['severity="critical"'], {
        notify: [target("receiver chat")],
        continue: true,
      }),
    ],
    catch_all: [target("receiver chat")],
  };
}

// Who is on call in an hour: ann and ben by weeks, cem for lunch; the other schedule has gaps.
function turn(name, ms) {
  const date = new Date(ms);
  const [day, hour] = [date.getUTCDay(), date.getUTCHours()];
  const working = day >= 1 && day <= 5;
  if (name === "platform") {
    if (day === 0 || hour < 8 || hour >= 20) return null;
    const order = ["cem", "ann", "ben"];
    return { user: order[Math.floor((ms - MONDAY) / DAY) % 3], cause: "layer days" };
  }
  if (working && hour === 11) return { user: "cem", cause: "layer office" };
  const week = Math.floor((ms - MONDAY) / (7 * DAY));
  return { user: week % 2 ? "ben" : "ann", cause: "layer weeks" };
}

function dutyAt(world, name, ms) {
  const own = turn(name, ms);
  for (const one of [...world.overrides].reverse()) {
    const inside = Date.parse(one.from) <= ms && ms < Date.parse(one.to);
    if (one.schedule !== name || !inside) continue;
    if (!one.replaces || one.replaces === own?.user) {
      return { user: one.user, cause: `override ${one.id}` };
    }
  }
  return own;
}

function duties(world, name, from, to) {
  const list = [];
  for (let ms = from; ms < to; ms = Math.floor(ms / HOUR) * HOUR + HOUR) {
    const until = Math.min(to, Math.floor(ms / HOUR) * HOUR + HOUR);
    const duty = dutyAt(world, name, ms);
    const last = list.at(-1);
    if (last && last.user === (duty?.user ?? "") && last.cause === (duty?.cause ?? "")) {
      last.until = until;
    } else list.push({ user: duty?.user ?? "", cause: duty?.cause ?? "", from: ms, until });
  }
  return list;
}

const shown = (world, { user, cause, from, until }) => ({
  ...{ user, cause, full_name: NAMES[user] ? world.name + NAMES[user] : "" },
  ...{ from: at(from), until: at(until) },
});

function nowAndNext(world, name) {
  const [first, second] = duties(world, name, world.start, world.start + 14 * DAY);
  return {
    on_call: first.user ? shown(world, first) : null,
    until: at(first.until),
    next: second?.user ? shown(world, second) : null,
  };
}

function schedule(world, name) {
  const layer = (layerName, rotation, users, hours) => ({
    ...{ name: layerName, start: "2026-11-02 09:00", rotation, users, hours, days_of_month: [] },
  });
  return {
    name,
    time_zone: name === "payments" ? "Europe/Berlin" : "UTC",
    ...nowAndNext(world, name),
    layers:
      name === "payments"
        ? [
            layer("weeks", "168h", ["ann", "ben"], []),
            layer("office", "24h", ["cem"], ["mon-fri 12:00-13:00"]),
          ]
        : [layer("days", "24h", ["cem", "ann", "ben"], ["mon-sat 08:00-20:00"])],
    overrides: world.overrides.filter((one) => one.schedule === name),
  };
}

function shifts(world, name, query) {
  const from = Date.parse(query.get("from"));
  const to = Date.parse(query.get("to"));
  const all = duties(world, name, from, to);
  const load = new Map();
  for (const { user, from: start, until } of all.filter((one) => one.user)) {
    const hours = (until - start) / HOUR;
    const row = load.get(user) ?? { user, shifts: 0, hours: 0, night_hours: 0, weekend_hours: 0 };
    row.shifts += 1;
    row.hours += hours;
    row.night_hours += hours / 3;
    row.weekend_hours += (hours * 2) / 7;
    load.set(user, row);
  }
  return {
    schedule: name,
    shifts: all.filter(({ user }) => user).map((one) => shown(world, one)),
    gaps: all
      .filter(({ user }) => !user)
      .map((one) => ({ from: at(one.from), until: at(one.until) })),
    load: [...load.values()],
    complete: true,
  };
}

function addOverride(world, name, body) {
  if (!(body.user in NAMES)) return bad(`there is no user '${body.user}'`, "user");
  if (!(Date.parse(body.to) > Date.parse(body.from))) return bad("must be after from", "to");
  const base = {
    schedule: name,
    reason: body.reason ?? "",
    by: body.by ?? "loopback",
    created_at: at(Date.now()),
  };
  const made = [
    { ...base, id: world.id("ov"), user: body.user, replaces: body.replaces ?? "" },
    ...(body.in_return
      ? [{ ...base, id: world.id("ov"), user: body.replaces, replaces: body.user }]
      : []),
  ];
  Object.assign(made[0], { from: body.from, to: body.to });
  if (made[1]) Object.assign(made[1], body.in_return);
  world.overrides.push(...made);
  return ok({ id: made[0].id, overrides: made }, 201);
}

function findings(world) {
  if (world.scenario === "empty") {
    const message = "no receiver is configured: nobody is told of anything";
    return [{ kind: "nobody", subject: "notify", message, line: 0, labels: {} }];
  }
  return [
    {
      kind: "no_contact",
      subject: "user dora",
      message: "has no contact: nothing can reach this person",
      line: 28,
    },
    {
      kind: "gap",
      subject: "schedule platform",
      message: "nobody is on call in 25 gaps of the next 30 days: 2026-11-21 20:00 to 2026-11-23",
      line: 42,
    },
  ];
}

function tried(world, labels) {
  const step = (after_seconds, mode, targets) => ({ after_seconds, mode, targets });
  const onCall = nowAndNext(world, "payments").on_call.user;
  const common = {
    ...{ hours: [], time_zone: "Europe/Berlin", defer_below: "critical" },
    ...{ defer_all: false, nobody: false },
  };
  if (/^(payment|checkout)$/.test(labels.service ?? "")) {
    return [
      {
        route: "payments",
        policy: "payments",
        ...common,
        steps: [
          step(0, "all", [{ ...target("schedule payments"), people: [onCall] }]),
          step(300, "all", [
            { ...target("user cem"), people: ["cem"] },
            { ...target("receiver chat"), people: [] },
          ]),
        ],
      },
    ];
  }
  const chat = step(0, "all", [{ ...target("receiver chat"), people: [] }]);
  return [{ route: "catch-all", policy: "", ...common, steps: [chat] }];
}

// --- alerts and silences

const MATCHER = /^([\w.:]+)(=~|!~|!=|=)"(.*)"$/s;

function fits(labels, matchers) {
  return matchers.every((text) => {
    const [, name, op, value] = MATCHER.exec(text) ?? [];
    const have = labels[name] ?? "";
    const regex = op?.endsWith("~") && new RegExp(`^(?:${value.replaceAll("\\\\", "\\")})$`);
    return (regex ? regex.test(have) : have === value) !== op?.startsWith("!");
  });
}

export function alertsOf(world) {
  return [...world.anomalies.values()]
    .filter(({ state }) => state === "open")
    .map((anomaly) => {
      const incident = [...world.incidents.values()].find(({ anomaly_ids }) =>
        anomaly_ids.includes(anomaly.id),
      );
      const { __name__, ...labels } = anomaly.labels;
      return {
        fingerprint: anomaly.id,
        labels: { alertname: __name__, severity: anomaly.severity, ...labels },
        annotations: { summary: anomaly.summary },
        startsAt: anomaly.started_at,
        updatedAt: anomaly.updated_at,
        endsAt: at(Date.now() + 300_000),
        generatorURL: "",
        receivers: [{ name: "chat" }],
        status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
        vedette: { anomaly_id: anomaly.id, incident_id: incident?.id ?? "" },
      };
    })
    .map((alert) => {
      const by = world.silences
        .filter((one) => one.state === "active" && fits(alert.labels, one.matchers))
        .map(({ id }) => id);
      if (by.length === 0) return alert;
      return { ...alert, status: { ...alert.status, state: "suppressed", silencedBy: by } };
    });
}

function withHidden(world, silence) {
  const hidden = silence.state === "expired" ? [] : alertsOf(world);
  const alerts = hidden
    .filter(({ labels }) => fits(labels, silence.matchers))
    .map(({ labels, vedette }) => ({ ...vedette, severity: labels.severity, labels }));
  return { ...silence, hides: { count: alerts.length, alerts } };
}

const UNITS = { m: 60_000, h: HOUR, d: DAY };

function putSilence(world, body) {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(body.duration ?? "30d") ?? [];
  const silence = {
    id: body.id ?? world.id("si"),
    matchers: body.matchers,
    state: "active",
    starts_at: at(Date.now()),
    ends_at: body.ends_at ?? at(Date.now() + Number(count) * UNITS[unit]),
    updated_at: at(Date.now()),
    created_by: body.created_by ?? "loopback",
    comment: body.comment ?? "",
    until_resolved: body.until_resolved ?? false,
    window: "",
  };
  if (body.dry_run) return ok(withHidden(world, silence));
  world.silences = [silence, ...world.silences.filter(({ id }) => id !== silence.id)];
  return ok(withHidden(world, silence));
}

export function firstSilences(start, id) {
  const silence = (more) => ({
    ...{ updated_at: at(start), created_by: "mara", until_resolved: false, window: "" },
    ...more,
  });
  return [
    silence({
      id: id("si"),
      matchers: ['service="analytics"', 'alertname="disk_used_ratio"'],
      state: "active",
      starts_at: at(start - HOUR),
      ends_at: at(start + 3 * HOUR),
      comment: "Old exports are being deleted, OPS-123",
    }),
    silence({
      id: id("si"),
      matchers: ['service="db"'],
      state: "pending",
      starts_at: at(start + 5 * HOUR),
      ends_at: at(start + 7 * HOUR),
      comment: "",
      created_by: "vedette",
      window: "database upgrade",
    }),
    silence({
      id: id("si"),
      matchers: ['service="inventory"'],
      state: "expired",
      starts_at: at(start - 30 * HOUR),
      ends_at: at(start - 26 * HOUR),
      comment: "Move",
    }),
  ];
}

// --- work on incidents

// The incident after a piece of work, with its new rows, or null when it is no such verb.
export function work(world, incident, verb, body, task) {
  const by = body.by || "loopback";
  const now = Date.now();
  const row = (kind, text) => world.row(incident, kind, by, text, now);
  switch (verb) {
    case "phase":
      incident.phases = [...incident.phases, { phase: body.phase, started_at: at(now), by }];
      return [row("phase_changed", body.phase)];
    case "roles":
      incident.roles = { ...incident.roles, [body.role]: body.person ?? "" };
      return [row("role_assigned", `${body.role}: ${body.person || "nobody"}`)];
    case "tasks": {
      const added = { number: incident.tasks.length + 1, title: body.title };
      incident.tasks = [
        ...incident.tasks,
        ...[{ ...added, assignee: body.assignee ?? "", created_at: at(now) }].map((one) => ({
          ...one,
          done_at: null,
          done_by: "",
        })),
      ];
      return [row("task_added", body.title)];
    }
    case "done":
      incident.tasks = incident.tasks.map((one) =>
        one.number === task ? { ...one, done_at: at(now), done_by: by } : one,
      );
      return [row("task_done", "")];
    case "links":
      incident.links = [...incident.links, { url: body.url, title: body.title ?? "" }];
      return [row("link_added", body.url)];
    case "reopen":
      Object.assign(incident, { state: "open", resolved_at: null, resolved_by: "" });
      return [row("reopened", body.comment ?? "")];
    case "merge": {
      const other = world.incidents.get(body.incident);
      Object.assign(other, { state: "resolved", resolved_at: at(now), merged_into: incident.id });
      incident.anomaly_ids = [...incident.anomaly_ids, ...other.anomaly_ids];
      return [row("merged", other.title)];
    }
    case "split": {
      const gone = new Set(body.anomaly_ids);
      incident.anomaly_ids = incident.anomaly_ids.filter((id) => !gone.has(id));
      return [row("split", `${gone.size} anomalies`)];
    }
    default:
      return null;
  }
}

export const postmortem = ({ title, id, started_at, timeline }) =>
  [
    `# Post-mortem: ${title}`,
    "",
    `This is a draft of the incident [${id.replaceAll("_", "\\_")}](http://localhost:8000/incidents/${id}). What only people know is a blank: **[To fill in: like this]**`,
    "",
    "## Summary",
    "",
    `It began at ${started_at}. The diagnosis holds **payment** to be where it began, with a probability of 83 %: confirmed.`,
    "",
    "**[To fill in: in two sentences, what happened as a customer would tell it]**",
    "",
    "## Action items",
    "",
    "- [ ] **[To fill in: what keeps it from happening again, who does it, by when]**",
    "",
    "## Timeline",
    "",
    ...timeline.map(
      ({ time, kind, text }) => `- ${time} **${kind.replaceAll("_", "\\_")}** ${text}`,
    ),
    "",
  ].join("\n");

// The answer to a path about on-call, routing, silences or alerts, or undefined.
export function answerOnCall(world, method, path, query, body) {
  const empty = world.scenario === "empty";
  const names = empty ? [] : ["payments", "platform"];
  const [, name, what, id] =
    /^\/api\/v1\/schedules\/([^/]+)(?:\/(\w+)(?:\/(\w+))?)?$/.exec(path) ?? [];
  if (name && what === "shifts") return ok(shifts(world, name, query));
  if (name && what === "overrides") {
    if (method === "POST") return addOverride(world, name, body);
    world.overrides = world.overrides.filter((one) => one.id !== id);
    return ok({ status: "deleted" });
  }
  if (name && what === "import") return ok({ imported: 0, overrides: [], left_out: ["no events"] });
  const silence = /^\/api\/v1\/silences\/(\w+)$/.exec(path)?.[1];
  if (silence) {
    for (const one of world.silences) if (one.id === silence) one.state = "expired";
    return ok(
      withHidden(
        world,
        world.silences.find((one) => one.id === silence),
      ),
    );
  }
  switch (`${method} ${path}`) {
    case "GET /api/v1/oncall":
      return ok({
        teams: plan(world).teams.map(({ name: team, schedule: own, members }) => ({
          ...{ team, members, schedule: own || null, on_call: null },
          ...(own ? nowAndNext(world, own) : {}),
        })),
        schedules: names.map((one) => ({ schedule: one, ...nowAndNext(world, one) })),
      });
    case "GET /api/v1/schedules":
      return ok({ schedules: names.map((one) => schedule(world, one)) });
    case "GET /api/v1/notify/plan":
      return ok(plan(world));
    case "GET /api/v1/notify/check":
      return ok({ findings: findings(world) });
    case "POST /api/v1/notify/route":
      return ok({ taken: tried(world, body.labels) });
    case "POST /api/v1/notify/preview":
      return ok({ receiver: body.receiver, kind: "slack", title: "T", text: "x", payload: "{}" });
    case "POST /api/v1/notify/test": {
      const test = world.id("test");
      world.testPage(test, body.receiver ?? "chat", body.user ?? "");
      return ok({ id: test, dedup_keys: [], ledger: `/api/v1/ledger?incident=${test}` }, 202);
    }
    case "GET /api/v1/silences": {
      const states = (query.get("state") ?? "active,pending").split(",");
      const listed = world.silences.filter(({ state }) => states.includes(state));
      return ok({ silences: listed.map((one) => withHidden(world, one)) });
    }
    case "POST /api/v1/silences":
      return putSilence(world, body);
    case "GET /api/v2/alerts":
      return ok(alertsOf(world).filter(({ labels }) => fits(labels, query.getAll("filter"))));
    default:
      return undefined;
  }
}
