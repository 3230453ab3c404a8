// Dashboards that people made: kept as the server keeps them, revisions and all.

const head = ({ definition, ...rest }) => ({ ...rest, panel_count: definition.panels.length });
const whole = (dashboard) => ({ ...head(dashboard), definition: dashboard.definition });
const answer = (status, body) => ({ status, body });
const refuse = (status, code, message, field) =>
  answer(status, { error: { code, message, field } });

function put(world, id, { title, variables = [], panels = [], revision }) {
  if (!title) return refuse(400, "invalid_argument", "is empty", "title");
  const have = world.dashboards.get(id);
  if (revision !== undefined && revision !== (have?.revision ?? 0)) {
    return refuse(409, "failed_precondition", `${have?.updated_by} changed it`, "revision");
  }
  const stored = {
    id,
    title,
    definition: { variables, panels },
    revision: (have?.revision ?? 0) + 1,
    updated_at: new Date().toISOString(),
    updated_by: "loopback",
  };
  world.dashboards.set(id, stored);
  return answer(200, whole(stored));
}

// Null when the path is another's.
export function answerDashboards(world, method, path, body) {
  const [, id] = path.match(/^\/api\/v1\/dashboards(?:\/([^/]+))?$/) ?? [];
  if (!path.startsWith("/api/v1/dashboards")) return null;
  world.dashboards ??= new Map();
  if (!id && method === "GET") {
    return answer(200, { dashboards: [...world.dashboards.values()].map(head) });
  }
  if (!id) return put(world, `db_${world.dashboards.size + 1}`, body);
  if (method === "PUT") return put(world, id, body);
  const have = world.dashboards.get(id);
  if (!have) return refuse(404, "not_found", "there is no such dashboard");
  if (method === "DELETE") world.dashboards.delete(id);
  return answer(200, whole(have));
}
