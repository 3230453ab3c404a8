import { expect, test } from "vitest";
import { centre, isSeen, NODE_WIDTH, nodeAt, pan, showAll, toPlane, zoom } from "./camera";

const WINDOW = { width: 800, height: 600 };
const NODES = [
  { x: 0, y: 0 },
  { x: 2400, y: 640 },
];

test("what fits is seen whole and in the middle", () => {
  const camera = showAll(NODES, WINDOW);
  expect(NODES.every((node) => isSeen(node, camera, WINDOW))).toBe(true);
  expect(toPlane(camera, { x: 400, y: 300 })).toEqual({ x: 1200, y: 320 });
  expect(camera.scale).toBeCloseTo((800 - 48) / (2400 + NODE_WIDTH));
  expect(showAll([{ x: 5, y: 5 }], WINDOW).scale).toBeLessThan(1.2);
  expect(showAll([], WINDOW).scale).toBe(1);
});

test("zooming keeps the point under the pointer, within limits", () => {
  const camera = showAll(NODES, WINDOW);
  const at = { x: 100, y: 200 };
  const nearer = zoom(camera, 2, at);
  expect(nearer.scale).toBeCloseTo(camera.scale * 2);
  expect(toPlane(nearer, at).x).toBeCloseTo(toPlane(camera, at).x);
  expect(zoom(camera, 1e9, at).scale).toBe(2.5);
});

test("panning moves what is seen with the hand", () => {
  const camera = pan({ x: 0, y: 0, scale: 0.5 }, 100, 0);
  expect(camera.x).toBe(-200);
  expect(isSeen({ x: 5000, y: 0 }, camera, WINDOW)).toBe(false);
  expect(toPlane(centre(camera, { x: 7, y: 9 }, WINDOW), { x: 400, y: 300 })).toEqual({
    x: 7,
    y: 9,
  });
});

test("a press finds its node, and none beside it", () => {
  const camera = { x: -400, y: -300, scale: 1 };
  expect(nodeAt(NODES, camera, { x: 410, y: 305 })).toBe(NODES[0]);
  expect(nodeAt(NODES, camera, { x: 700, y: 305 })).toBeUndefined();
});
