import { beforeEach, expect, test, vi } from "vitest";

let clock: typeof import("./clock");
beforeEach(async () => {
  vi.resetModules();
  clock = await import("./clock");
});

const START = Date.parse("2026-11-21T12:00:00Z");
// The server told its time `server` ms after the start when the browser had its own at `browser`.
const tell = (server: number, browser: number) =>
  clock.setServerNow(new Date(START + server).toISOString(), START + browser);
const now = (browser: number) => clock.serverNow(START + browser) - START;

test("before anything is told the browser's clock goes", () => expect(now(500)).toBe(500));

test("a browser whose clock is wrong goes by the server's", () => {
  tell(3_600_000, 0);
  expect(now(1000)).toBe(3_601_000);
  tell(3_605_040, 5000);
  tell(3_609_980, 10_000);
  expect(now(11_000)).toBe(3_610_980);
});

test("less than a second is the network", () => {
  tell(-400, 0);
  expect(now(1000)).toBe(1000);
});

test("a clock that runs ten times as fast is followed between its answers", () => {
  tell(0, 0);
  tell(50_000, 5000);
  tell(100_200, 10_000);
  expect(Math.abs(now(14_000) - 140_200)).toBeLessThan(500);
});

test("answers that come at the same time tell no speed", () => {
  tell(3_600_000, 0);
  tell(3_600_300, 100);
  tell(3_600_400, 400);
  expect(now(1000)).toBe(3_601_000);
});

test("a clock that was set once is no speed", () => {
  tell(0, 0);
  tell(5000, 5000);
  tell(3_610_000, 10_000);
  expect(now(12_000)).toBe(3_612_000);
  tell(3_615_000, 15_000);
  tell(3_620_000, 20_000);
  expect(now(21_000)).toBe(3_621_000);
});
