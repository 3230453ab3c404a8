// Incidents that people declare, give back, and star the rows of.

export function declare(world, { title, severity = "warning", entities = [], text, by }) {
  const actor = by || "loopback";
  const incident = world.addIncident("", title, severity, Date.now());
  incident.entities = entities;
  world.row(incident, "declared", actor, text ?? "", Date.now());
  return incident;
}

// The new rows of the timeline; none where nobody works on it.
export function unacknowledge(world, incident, { by }) {
  if (incident.state !== "acknowledged") return [];
  Object.assign(incident, { state: "open", acknowledged_at: null, acknowledged_by: "" });
  return [world.row(incident, "unacknowledged", by || "loopback", "", Date.now())];
}

export function star(incident, seq, { starred }) {
  const others = (incident.starred ?? []).filter((one) => one !== seq);
  incident.starred = starred ? [...others, seq].sort((a, b) => a - b) : others;
  incident.revision += 1;
  return incident;
}
