// The API keys of the tenant: made, listed, revoked. Tokens are shown once.

const DAY = 86_400_000;
const ROLES = ["viewer", "responder", "editor", "ingest", "admin"];
const at = (ms) => new Date(ms).toISOString();

const firstKeys = (now) => [
  {
    ...{ id: "vk_ann4", name: "ann", role: "responder", created_at: at(now - 40 * DAY) },
    ...{ expires_at: null, last_used_at: at(now - 240_000), revoked_at: null },
  },
  {
    ...{ id: "vk_ci07", name: "deploys", role: "ingest", created_at: at(now - 9 * DAY) },
    ...{ expires_at: at(now + 3 * DAY), last_used_at: null, revoked_at: null },
  },
  {
    ...{ id: "vk_old1", name: "grafana", role: "viewer", created_at: at(now - 300 * DAY) },
    ...{ expires_at: null, last_used_at: at(now - 90 * DAY), revoked_at: at(now - 89 * DAY) },
  },
];

const refuse = (status, code, message, field) => ({
  status,
  body: { error: { code, message, field } },
});

function add(world, { name, role, expires_at = null }) {
  if (!name) return refuse(400, "invalid_argument", "is empty", "name");
  if (!ROLES.includes(role)) return refuse(400, "invalid_argument", "is no role", "role");
  if (world.keys.some((one) => one.name === name && !one.revoked_at)) {
    return refuse(409, "failed_precondition", "There is a key of this name.", "name");
  }
  const id = `vk_${world.keys.length + 1}new`;
  const key = {
    ...{ id, name, role, created_at: at(Date.now()), expires_at },
    ...{ last_used_at: null, revoked_at: null },
  };
  world.keys.push(key);
  return { status: 201, body: { key, token: `${id}_c0ffee0123456789abcdef` } };
}

// Undefined when the path is another's.
export function answerKeys(world, method, path, body) {
  const [whole, id] = path.match(/^\/api\/v1\/keys(?:\/([^/]+))?$/) ?? [];
  if (!whole) return undefined;
  world.keys ??= firstKeys(world.start);
  if (method === "POST") return add(world, body);
  if (method === "GET") {
    return {
      status: 200,
      body: { keys: world.keys.toSorted((a, b) => a.name.localeCompare(b.name)) },
    };
  }
  const key = world.keys.find((one) => one.id === id);
  if (!key) return refuse(404, "not_found", "There is no such key.", "id");
  key.revoked_at ??= at(Date.now());
  return { status: 204 };
}
