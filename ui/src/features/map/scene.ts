// What of the topology is on the map: filters, problems with their neighbours, order; and its places
// where the window is narrow. Pure.
import { NODE_HEIGHT, NODE_WIDTH } from "./camera";
import type { MapEdge, MapNode } from "./queries";

export interface Scene {
  nodes: MapNode[];
  edges: MapEdge[];
  down?: boolean; // calls lead down, not to the right
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

const STACK_MAX = 40; // more are not read one by one
const STACK_GAP = 14;
export const STACK_PITCH = NODE_HEIGHT + 34; // from row to row

// Its layers from the top to the foot, two nodes in a row: as wide as a phone with words that can be
// read. Of many nodes nothing is moved.
export function stack(scene: Scene): Scene {
  if (scene.nodes.length > STACK_MAX) return scene;
  const layers = new Map<number, MapNode[]>();
  for (const node of [...scene.nodes].sort((a, b) => a.layer - b.layer || a.y - b.y)) {
    layers.set(node.layer, [...(layers.get(node.layer) ?? []), node]);
  }
  const placed = new Map<string, MapNode>();
  let y = 0;
  for (const nodes of layers.values()) {
    for (let at = 0; at < nodes.length; at += 2, y += STACK_PITCH) {
      const row = nodes.slice(at, at + 2);
      row.forEach((node, index) => {
        const x = row.length === 1 ? 0 : (index - 0.5) * (NODE_WIDTH + STACK_GAP);
        placed.set(node.id, { ...node, x, y });
      });
    }
  }
  const edges = scene.edges.flatMap((edge) => {
    const [from, to] = [placed.get(edge.caller), placed.get(edge.callee)];
    if (!from || !to) return [];
    const points = [from, to].map((node) => [node.x, node.y]);
    return [{ ...edge, points, back: to.y <= from.y }];
  });
  return { nodes: [...placed.values()], edges, down: true };
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
