// The map itself: drawn when something changed, moved by pointer, wheel, fingers and keys. The list
// beside it says the same in words.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import {
  type Camera,
  centre,
  NODE_HEIGHT,
  nodeAt,
  type Point,
  pan,
  type Size,
  showAll,
  showWidth,
  zoom,
} from "./camera";
import { drawMap, type Ink, readInk } from "./draw";
import { byTrouble, neighbours, type Scene } from "./scene";

interface MapCanvasProps {
  scene: Scene;
  fitKey: string; // the whole of the scene is shown anew when it changes
  selected: string;
  select: (id: string) => void;
  label: string;
}

const STEP_PX = 80;
const MARGIN_PX = 12;
const NARROW_PX = 600;
const READABLE = 0.6; // scale
const CLICK_PX = 5; // a press that moved less is a click

interface State {
  camera: Camera;
  size: Size;
  ink: Ink;
  hovered: string;
  fitted: string;
  moved: boolean; // by hand: a window of another size does not undo it
}

const EMPTY: State = {
  camera: { x: 0, y: 0, scale: 1 },
  size: { width: 0, height: 0 },
  ink: {},
  hovered: "",
  fitted: "",
  moved: false,
};

// All of it; in a window where names would be too small to read, what is worst.
function firstView({ nodes, down }: Scene, size: Size): Camera {
  if (down && nodes.length > 0) return showWidth(nodes, size);
  const whole = showAll(nodes, size);
  const [worst] = [...nodes].sort(byTrouble);
  if (!worst || size.width >= NARROW_PX || whole.scale >= READABLE) return whole;
  return centre({ ...whole, scale: READABLE }, worst, size);
}

// No higher than what is on it, nor than leaves room to scroll the page by.
function heightOf({ nodes }: Scene): string {
  const foot = Math.max(0, ...nodes.map(({ y }) => y)) + NODE_HEIGHT;
  return `min(62vh, ${foot + 2 * MARGIN_PX}px)`;
}

export function MapCanvas({ scene, fitKey, selected, select, label }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useRef<State>({ ...EMPTY });
  const frame = useRef(0);
  const pointers = useRef(new Map<number, Point>());
  const moved = useRef(0);
  const latest = useRef({ scene, selected, fitKey });
  latest.current = { scene, selected, fitKey };

  const draw = () => {
    frame.current = 0;
    const context = canvas.current?.getContext("2d");
    const { size, ink } = state.current;
    if (!context || size.width === 0) return;
    const { scene: now, selected: id, fitKey: key } = latest.current;
    if (state.current.fitted !== key) {
      state.current.fitted = key;
      state.current.moved = false;
      state.current.camera = firstView(now, size);
    }
    const near = id ? neighbours(id, now.edges) : null;
    const look = { selected: id, near, hovered: state.current.hovered };
    drawMap(context, now, state.current.camera, size, ink, look);
  };
  const schedule = () => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  };
  const move = (next: Camera) => {
    state.current.camera = next;
    state.current.moved = true;
    schedule();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the window's listeners live as long as it
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const resize = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      element.width = Math.round(width * devicePixelRatio);
      element.height = Math.round(height * devicePixelRatio);
      state.current.size = { width, height };
      if (!state.current.moved) state.current.fitted = "";
      schedule();
    });
    resize.observe(element);
    const readTheme = () => {
      state.current.ink = readInk();
      schedule();
    };
    readTheme();
    const theme = new MutationObserver(readTheme);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    // React's own listener is passive: the page would scroll.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const at = { x: event.offsetX, y: event.offsetY };
      move(zoom(state.current.camera, Math.exp(-event.deltaY / 400), at));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      resize.disconnect();
      theme.disconnect();
      element.removeEventListener("wheel", onWheel);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is drawn
  useEffect(schedule, [scene, selected, fitKey]);

  const at = (event: PointerEvent): Point => ({
    x: event.nativeEvent.offsetX,
    y: event.nativeEvent.offsetY,
  });
  const onDown = (event: PointerEvent) => {
    pointers.current.set(event.pointerId, at(event));
    moved.current = 0;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent) => {
    const to = at(event);
    const from = pointers.current.get(event.pointerId);
    if (!from) {
      const id = nodeAt(scene.nodes, state.current.camera, to)?.id ?? "";
      if (id !== state.current.hovered) {
        state.current.hovered = id;
        if (canvas.current) canvas.current.style.cursor = id ? "pointer" : "grab";
        schedule();
      }
      return;
    }
    moved.current += Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, to);
    if (!other) {
      move(pan(state.current.camera, to.x - from.x, to.y - from.y));
      return;
    }
    const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
    move(zoom(state.current.camera, distance(to, other) / distance(from, other), middle));
  };
  const onUp = (event: PointerEvent) => {
    const held = pointers.current.delete(event.pointerId);
    if (!held || moved.current > CLICK_PX) return;
    select(nodeAt(scene.nodes, state.current.camera, at(event))?.id ?? "");
  };
  const onKey = (event: KeyboardEvent) => {
    const { camera, size } = state.current;
    const middle = { x: size.width / 2, y: size.height / 2 };
    const moves: Record<string, () => Camera> = {
      ArrowLeft: () => pan(camera, STEP_PX, 0),
      ArrowRight: () => pan(camera, -STEP_PX, 0),
      ArrowUp: () => pan(camera, 0, STEP_PX),
      ArrowDown: () => pan(camera, 0, -STEP_PX),
      "+": () => zoom(camera, 1.25, middle),
      "=": () => zoom(camera, 1.25, middle),
      "-": () => zoom(camera, 0.8, middle),
      "0": () => (scene.down ? showWidth : showAll)(scene.nodes, size),
    };
    const next = moves[event.key];
    if (!next) return;
    event.preventDefault();
    move(next());
  };
  // What is chosen elsewhere comes into view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the choice changes
  useEffect(() => {
    const node = scene.nodes.find(({ id }) => id === selected);
    const { camera, size } = state.current;
    if (!node || size.width === 0) return;
    const x = (node.x - camera.x) * camera.scale;
    const y = (node.y - camera.y) * camera.scale;
    if (x < 0 || y < 0 || x > size.width || y > size.height) move(centre(camera, node, size));
  }, [selected]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the map
    <div role="application" aria-label={label} className="map-box" tabIndex={0} onKeyDown={onKey}>
      <canvas
        ref={canvas}
        className="map-canvas"
        style={scene.down ? { height: heightOf(scene) } : undefined}
        aria-hidden
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
      />
    </div>
  );
}
