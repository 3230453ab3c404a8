// The service worker, run as it is against a made-up scope.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { beforeEach, expect, test, vi } from "vitest";

type Handler = (event: object) => void;

const SOURCE = readFileSync(new URL("../../../public/sw.js", import.meta.url), "utf8");
const showNotification = vi.fn(async () => {});
const openWindow = vi.fn(async () => {});
const focus = vi.fn(async () => {});
let pages: { url: string; focus: () => Promise<void> }[] = [];
let handlers: Record<string, Handler> = {};

beforeEach(() => {
  vi.clearAllMocks();
  pages = [];
  handlers = {};
  const self = {
    addEventListener: (name: string, handler: Handler) => {
      handlers[name] = handler;
    },
    registration: { showNotification },
    clients: { matchAll: async () => pages, openWindow, claim: async () => {} },
    location: { origin: "https://vedette.example.org" },
    skipWaiting: async () => {},
  };
  runInNewContext(SOURCE, { self, URL });
});

async function happens(name: string, event: object): Promise<void> {
  let ended: Promise<unknown> = Promise.resolve();
  handlers[name]?.({ ...event, waitUntil: (work: Promise<unknown>) => (ended = work) });
  await ended;
}

test("a message becomes a notification of its incident", async () => {
  const message = { title: "CRITICAL payment", body: "slow", severity: "critical" };
  await happens("push", { data: { json: () => ({ ...message, incident_id: "in_1" }) } });
  expect(showNotification).toHaveBeenCalledWith(
    "CRITICAL payment",
    expect.objectContaining({
      ...{ body: "slow", tag: "in_1", requireInteraction: true },
      data: { path: "/incidents/in_1" },
    }),
  );
});

test("what cannot be read is shown as well: a browser insists on it", async () => {
  const json = () => {
    throw new SyntaxError("no JSON");
  };
  await happens("push", { data: { json } });
  await happens("push", { data: null });
  expect(showNotification).toHaveBeenCalledTimes(2);
  expect(showNotification).toHaveBeenLastCalledWith(
    "Vedette",
    expect.objectContaining({ body: "" }),
  );
});

const clicked = { notification: { close: () => {}, data: { path: "/incidents/in_1" } } };

test("a press opens the incident, or the page that shows it already", async () => {
  await happens("notificationclick", clicked);
  expect(openWindow).toHaveBeenCalledWith("https://vedette.example.org/incidents/in_1");
  pages = [{ url: "https://vedette.example.org/incidents/in_1", focus }];
  await happens("notificationclick", clicked);
  expect(focus).toHaveBeenCalledTimes(1);
  expect(openWindow).toHaveBeenCalledTimes(1);
});
