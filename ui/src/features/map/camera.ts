// Where the map's window lies over its plane. Pure.

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 42;
const SCALE_MIN = 0.05;
const SCALE_MAX = 2.5;
const SCALE_FIT = 1.1; // a small map is not blown up
const TALL = 1e6; // px, as if without an end

export interface Point {
  x: number;
  y: number;
}

// The point of the plane at the window's upper left, and pixels for each of its units.
export interface Camera extends Point {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export const toPlane = ({ x, y, scale }: Camera, at: Point): Point => ({
  x: x + at.x / scale,
  y: y + at.y / scale,
});

// All of these points with the nodes around them; as large as fits.
export function showAll(points: Point[], window: Size, margin = 24): Camera {
  if (points.length === 0) return { x: 0, y: 0, scale: 1 };
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const left = Math.min(...xs) - NODE_WIDTH / 2;
  const right = Math.max(...xs) + NODE_WIDTH / 2;
  const top = Math.min(...ys) - NODE_HEIGHT / 2;
  const bottom = Math.max(...ys) + NODE_HEIGHT / 2;
  const scale = clamp(
    Math.min(
      (window.width - 2 * margin) / (right - left),
      (window.height - 2 * margin) / (bottom - top),
    ),
    SCALE_MIN,
    SCALE_FIT,
  );
  return {
    x: (left + right) / 2 - window.width / scale / 2,
    y: (top + bottom) / 2 - window.height / scale / 2,
    scale,
  };
}

// As wide as fits, from the top: what is longer than the window is scrolled.
export function showWidth(points: Point[], window: Size, margin = 10): Camera {
  const camera = showAll(points, { ...window, height: TALL }, margin);
  const height = window.height / camera.scale;
  const ys = points.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ys) - NODE_HEIGHT / 2, Math.max(...ys) + NODE_HEIGHT / 2];
  const fits = bottom - top + 2 * margin <= height;
  return { ...camera, y: fits ? (top + bottom - height) / 2 : top - margin };
}

// The point of the plane under `at` stays there.
export function zoom(camera: Camera, factor: number, at: Point): Camera {
  const scale = clamp(camera.scale * factor, SCALE_MIN, SCALE_MAX);
  const fixed = toPlane(camera, at);
  return { x: fixed.x - at.x / scale, y: fixed.y - at.y / scale, scale };
}

// By pixels of the window.
export const pan = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y - dy / camera.scale,
});

export function centre(camera: Camera, at: Point, window: Size): Camera {
  return {
    ...camera,
    x: at.x - window.width / camera.scale / 2,
    y: at.y - window.height / camera.scale / 2,
  };
}

// Whether a node is in the window at all.
export function isSeen(node: Point, camera: Camera, window: Size): boolean {
  const x = (node.x - camera.x) * camera.scale;
  const y = (node.y - camera.y) * camera.scale;
  const halfWidth = (NODE_WIDTH / 2) * camera.scale;
  const halfHeight = (NODE_HEIGHT / 2) * camera.scale;
  return (
    x > -halfWidth &&
    x < window.width + halfWidth &&
    y > -halfHeight &&
    y < window.height + halfHeight
  );
}

// The node under a pixel; small ones are hit a little beside them too.
export function nodeAt<T extends Point>(nodes: T[], camera: Camera, at: Point): T | undefined {
  const { x, y } = toPlane(camera, at);
  const slack = 6 / camera.scale;
  return nodes.findLast(
    (node) =>
      Math.abs(node.x - x) <= NODE_WIDTH / 2 + slack &&
      Math.abs(node.y - y) <= NODE_HEIGHT / 2 + slack,
  );
}
