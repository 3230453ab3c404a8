// The simulator's stories for the mock server.

const MINUTE = 60_000;
const at = (ms) => new Date(ms).toISOString();
const ok = (body) => ({ status: 200, body });

const SCENARIOS = [
  {
    ...{ name: "bad-release", about: "A release of payment makes its requests fail." },
    ...{ lasts_seconds: 1200, harmless_changes: 2 },
    faults: [
      {
        ...{ type: "bad_release", severity: "critical", services: ["payment"] },
        ...{ at_seconds: 60, jitter_seconds: 30, lasts_seconds: 600 },
      },
    ],
  },
  {
    ...{ name: "quiet-day", about: "Nothing breaks; nobody should be told." },
    ...{ lasts_seconds: 1800, harmless_changes: 5, faults: [] },
  },
];

function story(world, { scenario, seed = 7, speed = 1 }) {
  const [incident] = world.incidents.values();
  const begin = world.start - 10 * MINUTE;
  const fault = (id, state, verdict) => ({
    ...{ state, verdict },
    truth: {
      ...{ id, type: "bad_release", variant: "errors", service: "payment", severity: "critical" },
      ...{ started_at: at(begin), ended_at: at(begin + 20 * MINUTE) },
      affected: [{ service: "order", first_effect_at: at(begin + MINUTE) }],
    },
  });
  const suspects = [{ entity: "payment", probability: 0.83 }];
  const diagnosis = {
    ...{ status: "confirmed", summary: "payment is the cause.", suspects, rank_of_truth: 1 },
  };
  return {
    ...{ scenario, seed, speed, running: true, started_at: at(begin), now: at(world.start) },
    ends_at: at(begin + 30 * MINUTE),
    faults: [
      fault("f1", "active", {
        ...{ incident_id: incident.id, title: incident.title, severity: incident.severity },
        ...{ state: incident.state, started_at: at(begin - 5 * MINUTE), diagnosis },
        ...{ found_at: at(begin + MINUTE), joined: true },
      }),
      fault("f2", "to_come", null),
    ],
  };
}

// Null when the path is another's.
export function answerSimulation(world, method, path, body) {
  const available = world.scenario !== "empty";
  if (path === "/api/v1/simulation/scenarios") return ok({ scenarios: SCENARIOS });
  if (path !== "/api/v1/simulation") return null;
  if (method === "POST") world.story = story(world, body);
  if (method === "DELETE" && world.story) world.story.running = false;
  return ok({ available, story: world.story ?? null });
}
