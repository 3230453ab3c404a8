// Draws the map on a canvas: lines in a few strokes, nodes as far as they are in the window, words
// where there is room for them.
import { formatNumber } from "../../kit/format";
import { type Camera, isSeen, NODE_HEIGHT, NODE_WIDTH, type Size } from "./camera";
import type { MapEdge, MapNode } from "./queries";
import { isBad, type Scene } from "./scene";

export interface Ink {
  [name: string]: string;
}

const INKS = {
  ...{ line: "--line-strong", faint: "--line", text: "--text", muted: "--muted" },
  ...{ surface: "--surface", accent: "--accent", raised: "--raised" },
  ...{ critical: "--critical", warning: "--warning", ok: "--normal", unknown: "--line-strong" },
  ...{ criticalBg: "--critical-bg", warningBg: "--warning-bg" },
};

// The theme's colours; read anew when it changes.
export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(INKS).map(([name, property]) => [name, style.getPropertyValue(property).trim()]),
  );
}

export interface Look {
  selected: string; // id; empty: none
  near: ReadonlySet<string> | null; // others step back; null: all are the same
  hovered: string;
}

const WORDS_FROM = 0.42; // scale from which names are readable
const FACTS_FROM = 0.75;
const FONT = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export function drawMap(
  context: CanvasRenderingContext2D,
  { nodes, edges, down = false }: Scene,
  camera: Camera,
  window: Size,
  ink: Ink,
  look: Look,
): void {
  const pixels = devicePixelRatio;
  context.setTransform(pixels, 0, 0, pixels, 0, 0);
  context.clearRect(0, 0, window.width, window.height);
  const { scale } = camera;
  context.setTransform(
    pixels * scale,
    0,
    0,
    pixels * scale,
    -camera.x * scale * pixels,
    -camera.y * scale * pixels,
  );
  drawEdges(context, edges, ink, look, scale, down);
  for (const node of nodes) {
    if (isSeen(node, camera, window)) drawNode(context, node, ink, look, scale);
  }
}

// All lines of one look are one stroke: strokes are what costs.
function drawEdges(
  context: CanvasRenderingContext2D,
  edges: MapEdge[],
  ink: Ink,
  { near, selected }: Look,
  scale: number,
  down: boolean,
): void {
  const isNear = (edge: MapEdge) => edge.caller === selected || edge.callee === selected;
  const styles: [color: string, width: number, fits: (edge: MapEdge) => boolean][] = [
    [ink.faint ?? "", 1, (edge) => near !== null && !isNear(edge) && !isBad(edge)],
    [ink.line ?? "", 1.1, (edge) => !isBad(edge) && (near === null || isNear(edge))],
    [ink.warning ?? "", 2, ({ state }) => state === "warning"],
    [ink.critical ?? "", 2.5, ({ state }) => state === "critical"],
  ];
  for (const [color, width, fits] of styles) {
    context.beginPath();
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = width / Math.min(1, Math.max(scale, 0.35));
    const chosen = edges.filter(fits);
    for (const edge of chosen) (down ? traceDown : trace)(context, edge);
    context.stroke();
    if (scale > WORDS_FROM) for (const edge of chosen) (down ? arrowDown : arrow)(context, edge);
  }
}

// From the caller's right side to the callee's left, smoothly through the bends.
function trace(context: CanvasRenderingContext2D, { points, back }: MapEdge): void {
  const [first, ...rest] = points as [number, number][];
  if (!first) return;
  const side = back ? -1 : 1;
  let [x, y] = [first[0] + (side * NODE_WIDTH) / 2, first[1]];
  context.moveTo(x, y);
  rest.forEach(([nextX, nextY], index) => {
    const endX = index === rest.length - 1 ? nextX - (side * NODE_WIDTH) / 2 : nextX;
    const bend = (endX - x) / 2;
    context.bezierCurveTo(x + bend, y, endX - bend, nextY, endX, nextY);
    [x, y] = [endX, nextY];
  });
}

// The same from the caller's foot to the callee's head.
function traceDown(context: CanvasRenderingContext2D, { points, back }: MapEdge): void {
  const [from, to] = points as [number, number][];
  if (!from || !to) return;
  const half = ((back ? -1 : 1) * NODE_HEIGHT) / 2;
  const [top, foot] = [from[1] + half, to[1] - half];
  const bend = (foot - top) / 2;
  context.moveTo(from[0], top);
  context.bezierCurveTo(from[0], top + bend, to[0], foot - bend, to[0], foot);
}

function arrowDown(context: CanvasRenderingContext2D, { points, back }: MapEdge): void {
  const [x = 0, y = 0] = points.at(-1) ?? [];
  const side = back ? -1 : 1;
  const tip = y - (side * NODE_HEIGHT) / 2;
  context.beginPath();
  context.moveTo(x, tip);
  context.lineTo(x - 4, tip - side * 7);
  context.lineTo(x + 4, tip - side * 7);
  context.fill();
}

function arrow(context: CanvasRenderingContext2D, { points, back }: MapEdge): void {
  const last = points.at(-1);
  if (!last) return;
  const side = back ? -1 : 1;
  const x = (last[0] ?? 0) - (side * NODE_WIDTH) / 2;
  const y = last[1] ?? 0;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - side * 7, y - 4);
  context.lineTo(x - side * 7, y + 4);
  context.fill();
}

function drawNode(
  context: CanvasRenderingContext2D,
  node: MapNode,
  ink: Ink,
  { near, selected, hovered }: Look,
  scale: number,
): void {
  const left = node.x - NODE_WIDTH / 2;
  const top = node.y - NODE_HEIGHT / 2;
  const far = near !== null && !near.has(node.id);
  context.globalAlpha = far ? 0.35 : 1;
  context.beginPath();
  context.roundRect(left, top, NODE_WIDTH, NODE_HEIGHT, 8);
  context.fillStyle = (isBad(node) ? ink[`${node.state}Bg`] : ink.surface) ?? "";
  context.fill();
  const chosen = node.id === selected;
  context.strokeStyle = (chosen ? ink.accent : isBad(node) ? ink[node.state] : ink.line) ?? "";
  context.lineWidth = chosen ? 3 : node.id === hovered ? 2 : isBad(node) ? 1.8 : 1;
  context.stroke();
  drawMark(context, node, ink, left + 15, node.y);
  if (scale > WORDS_FROM) drawWords(context, node, ink, left + 29, scale);
  context.globalAlpha = 1;
}

// The shapes of kit/state_mark.tsx: octagon, triangle, disc, ring.
function drawMark(
  context: CanvasRenderingContext2D,
  { state }: MapNode,
  ink: Ink,
  x: number,
  y: number,
): void {
  const r = 7;
  context.beginPath();
  if (state === "critical") {
    for (let corner = 0; corner < 8; corner += 1) {
      const angle = Math.PI / 8 + (corner * Math.PI) / 4;
      context.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
    }
  } else if (state === "warning") {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y + r * 0.85);
    context.lineTo(x - r, y + r * 0.85);
  } else {
    context.arc(x, y, r - 1, 0, 2 * Math.PI);
  }
  context.closePath();
  context.fillStyle = ink[state] ?? ink.unknown ?? "";
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 2;
  if (state === "unknown") context.stroke();
  else context.fill();
}

const fitted = new Map<string, string>();
const FITTED_MAX = 5000;

function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font} ${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  let shown = text;
  while (shown.length > 3 && context.measureText(shown).width > width) {
    shown = `${shown.slice(0, shown.length - (shown.endsWith("…") ? 2 : 1))}…`;
  }
  if (fitted.size > FITTED_MAX) fitted.clear();
  fitted.set(key, shown);
  return shown;
}

function drawWords(
  context: CanvasRenderingContext2D,
  node: MapNode,
  ink: Ink,
  x: number,
  scale: number,
): void {
  const width = NODE_WIDTH - 36;
  const facts = scale > FACTS_FROM ? factWords(node) : "";
  context.textBaseline = "middle";
  context.font = `600 13px ${FONT}`;
  context.fillStyle = ink.text ?? "";
  context.fillText(fitText(context, node.name, width), x, node.y - (facts ? 8 : 0));
  if (!facts) return;
  context.font = `11px ${FONT}`;
  context.fillStyle = ink.muted ?? "";
  context.fillText(fitText(context, facts, width), x, node.y + 9);
}

interface CallFacts {
  calls_per_second: number | null;
  error_ratio: number | null;
  latency_ms: number | null;
}

// "120/s, 0.4 %, 34 ms": what is known of the calls that arrive. A legend says what is what.
export function factWords(node: CallFacts): string {
  const { calls_per_second: calls, error_ratio: errors, latency_ms: latency } = node;
  const short = (value: number) => formatNumber(Number(value.toPrecision(3)));
  return [
    calls === null ? "" : `${short(calls)}/s`,
    errors === null ? "" : `${short(errors * 100)} %`,
    latency === null ? "" : `${short(latency)} ms`,
  ]
    .filter(Boolean)
    .join(", ");
}

// "120 calls/s, 0.4 % fail, 34 ms each", where there is room for words.
export function callWords({ calls_per_second, error_ratio, latency_ms }: CallFacts): string {
  const short = (value: number) => formatNumber(Number(value.toPrecision(3)));
  return [
    calls_per_second === null ? "" : `${short(calls_per_second)} calls/s`,
    error_ratio === null ? "" : `${short(error_ratio * 100)} % fail`,
    latency_ms === null ? "" : `${short(latency_ms)} ms each`,
  ]
    .filter(Boolean)
    .join(", ");
}
