import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { acknowledgedWords, takeIncident } from "./actions";
import { keys } from "./queries";
import type { Incident } from "./types";

test("an older answer on its way does not undo the server's word on an incident", async () => {
  const cache = new QueryClient();
  const of = (revision: number) => ({ id: "in_1", revision, timeline: [] }) as unknown as Incident;
  let answer: (incident: Incident) => void = () => {};
  const observer = new QueryObserver(cache, {
    queryKey: keys.incident("in_1"),
    queryFn: () => new Promise<Incident>((resolve) => (answer = resolve)),
    initialData: of(1),
  });
  const leave = observer.subscribe(() => {});
  const read = observer.refetch();

  await takeIncident(cache, of(2));
  answer(of(1));
  await read;

  expect(observer.getCurrentResult().data?.revision).toBe(2);
  leave();
});

test("who acknowledges without a name is told so, and where to give one", () => {
  const by = (acknowledged_by: string) => ({ acknowledged_by, title: "slow" }) as Incident;
  expect(acknowledgedWords([by("ann")])).toBe("Acknowledged: slow");
  expect(acknowledgedWords([by("loopback")])).toMatch(/as “loopback”.*Settings/);
  expect(acknowledgedWords([by("ann"), by("ann")])).toBe("2 incidents acknowledged");
});
