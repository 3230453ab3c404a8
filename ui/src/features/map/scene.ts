// What of the topology is on the map: filters, problems with their neighbours, order. Pure.
import type { MapEdge, MapNode } from "./queries";

export interface Scene {
  nodes: MapNode[];
  edges: MapEdge[];
}

const RANK: Record<string, number> = { critical: 0, warning: 1, unknown: 3, ok: 2 };
export const isBad = ({ state }: { state: string }) => state === "critical" || state === "warning";

export interface Filter {
  text: string;
  owner: string;
  problems: boolean; // only what is not well, and what is beside it
}

export function filterScene({ nodes, edges }: Scene, { text, owner, problems }: Filter): Scene {
  const wanted = text.trim().toLowerCase();
  const fits = (node: MapNode) =>
    (!owner || node.owner === owner) &&
    (!wanted || `${node.name} ${node.owner} ${node.kind}`.toLowerCase().includes(wanted));
  let kept = new Set(nodes.filter(fits).map(({ id }) => id));
  if (problems) {
    const bad = new Set(
      nodes.filter((node) => kept.has(node.id) && isBad(node)).map(({ id }) => id),
    );
    const beside = new Set(bad);
    for (const edge of edges) {
      if (isBad(edge) && kept.has(edge.caller) && kept.has(edge.callee)) {
        beside.add(edge.caller);
        beside.add(edge.callee);
      }
      if (bad.has(edge.caller)) beside.add(edge.callee);
      if (bad.has(edge.callee)) beside.add(edge.caller);
    }
    kept = beside;
  }
  return {
    nodes: nodes.filter(({ id }) => kept.has(id)),
    edges: edges.filter(({ caller, callee }) => kept.has(caller) && kept.has(callee)),
  };
}

// The worst first, then the busiest.
export function byTrouble(a: MapNode, b: MapNode): number {
  return (
    (RANK[a.state] ?? 3) - (RANK[b.state] ?? 3) ||
    b.severity_score - a.severity_score ||
    (b.calls_per_second ?? 0) - (a.calls_per_second ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}

// A node with those around it, for the eye to follow.
export function neighbours(id: string, edges: MapEdge[]): ReadonlySet<string> {
  const near = new Set([id]);
  for (const { caller, callee } of edges) {
    if (caller === id) near.add(callee);
    if (callee === id) near.add(caller);
  }
  return near;
}

export const nameOf = (id: string) => id.slice(id.indexOf(":") + 1);

export const ownersOf = (nodes: MapNode[]) =>
  [...new Set(nodes.map(({ owner }) => owner).filter(Boolean))].sort();

export function countStates(nodes: MapNode[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of nodes) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
