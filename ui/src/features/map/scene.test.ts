import { expect, test } from "vitest";
import { NODE_WIDTH, showWidth } from "./camera";
import type { MapEdge, MapNode } from "./queries";
import { byTrouble, filterScene, nameOf, neighbours, stack } from "./scene";

const node = (name: string, state: MapNode["state"], owner = "shop") =>
  ({
    ...{ id: `service:${name}`, kind: "service", name, owner, state, severity_score: 0 },
    ...{ calls_per_second: 1, x: 0, y: 0 },
  }) as MapNode;
const edge = (caller: string, callee: string, state: MapEdge["state"] = "ok") =>
  ({
    caller: `service:${caller}`,
    callee: `service:${callee}`,
    state,
    points: [],
  }) as unknown as MapEdge;

const SCENE = {
  nodes: [
    node("web", "ok"),
    node("order", "ok"),
    node("payment", "critical"),
    node("mail", "ok", "ops"),
  ],
  edges: [edge("web", "order"), edge("order", "payment"), edge("web", "mail")],
};
const ALL = { text: "", owner: "", problems: false };
const names = (nodes: MapNode[]) => nodes.map(({ name }) => name);

test("problems are shown with what is beside them, and nothing else", () => {
  const { nodes, edges } = filterScene(SCENE, { ...ALL, problems: true });
  expect(names(nodes)).toEqual(["order", "payment"]);
  expect(edges).toHaveLength(1);
});

test("a bad call brings both of its ends", () => {
  const scene = { ...SCENE, edges: [edge("web", "mail", "warning")] };
  expect(names(filterScene(scene, { ...ALL, problems: true }).nodes)).toEqual([
    "web",
    "payment",
    "mail",
  ]);
});

test("words and teams filter, and edges need both ends", () => {
  expect(names(filterScene(SCENE, { ...ALL, owner: "ops" }).nodes)).toEqual(["mail"]);
  expect(filterScene(SCENE, { ...ALL, text: "shop" }).edges).toHaveLength(2);
});

test("the worst comes first, and a selection has its neighbours", () => {
  expect([...SCENE.nodes].sort(byTrouble)[0]?.name).toBe("payment");
  expect([...neighbours("service:order", SCENE.edges)].map(nameOf).sort()).toEqual([
    "order",
    "payment",
    "web",
  ]);
});

test("on a phone every node is within the width, its words large enough, and calls lead down", () => {
  const layer = (name: string, at: number) => ({ ...node(name, "ok"), layer: at });
  const nodes = [layer("web", 0), layer("a", 1), layer("b", 1), layer("c", 1), layer("db", 2)];
  const scene = stack({ nodes, edges: [edge("web", "a"), edge("a", "db")] });
  expect(scene.down).toBe(true);
  const { x, scale } = showWidth(scene.nodes, { width: 340, height: 500 });
  expect(scale).toBeGreaterThan(0.75);
  for (const one of scene.nodes) {
    expect((one.x - NODE_WIDTH / 2 - x) * scale).toBeGreaterThanOrEqual(0);
    expect((one.x + NODE_WIDTH / 2 - x) * scale).toBeLessThanOrEqual(340);
  }
  for (const { points } of scene.edges) expect(points[1]?.[1]).toBeGreaterThan(points[0]?.[1] ?? 0);
  expect(new Set(scene.nodes.map((one) => `${one.x} ${one.y}`)).size).toBe(5);
  const many = { nodes: Array.from({ length: 50 }, (_, at) => layer(`n${at}`, at)), edges: [] };
  expect(stack(many)).toBe(many);
});
