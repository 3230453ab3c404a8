import { expect, test } from "vitest";
import type { MapEdge, MapNode } from "./queries";
import { byTrouble, filterScene, nameOf, neighbours } from "./scene";

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
