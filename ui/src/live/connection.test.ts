import { expect, test } from "vitest";
import { type Connection, describeConnection } from "./connection";

const NOW = 1_000_000;
const state = (change: Partial<Connection>): Connection => ({
  link: "open",
  lastHeardAt: NOW - 1000,
  paused: false,
  waiting: 0,
  ...change,
});

test.each([
  [state({}), "Live"],
  [state({ link: "connecting", lastHeardAt: 0 }), "Connecting"],
  [state({ link: "lost" }), "Reconnecting"],
  [state({ lastHeardAt: NOW - 42_000 }), "Data 42 s old"],
  [state({ link: "lost", lastHeardAt: NOW - 42_000 }), "Data 42 s old"],
  [state({ link: "lost", lastHeardAt: NOW - 900_000 }), "Data 15 min old"],
  [state({ paused: true }), "Paused"],
  [state({ paused: true, waiting: 14 }), "Paused, 14 new"],
])("%j is told as %s", (connection, text) =>
  expect(describeConnection(connection, NOW).text).toBe(text),
);

test("silence counts as age only after thirty seconds", () => {
  expect(describeConnection(state({ lastHeardAt: NOW - 30_000 }), NOW).tone).toBe("live");
  expect(describeConnection(state({ lastHeardAt: NOW - 31_000 }), NOW).tone).toBe("stale");
});
