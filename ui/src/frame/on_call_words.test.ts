import { expect, test } from "vitest";
import { onCallWords } from "./on_call_words";

const duty = (user: string, full_name = "") => ({
  ...{ user, full_name, from: "", until: "", cause: "" },
});
const of = (schedule: string, on_call: ReturnType<typeof duty> | null) => ({
  ...{ schedule, on_call, until: "", next: null },
});
const teams = [{ team: "shop", members: [], schedule: "payments", on_call: null }];

test("one person is named as people know them", () => {
  const schedules = [
    of("payments", duty("ann", "Ann Berg")),
    of("platform", duty("ann", "Ann Berg")),
  ];
  expect(onCallWords({ teams, schedules }, "")?.short).toBe("On call: Ann Berg");
});

test("of several the first is named, and a gap goes before all", () => {
  const [ann, cem] = [of("payments", duty("ann")), of("platform", duty("cem"))];
  expect(onCallWords({ teams, schedules: [ann, cem] }, "")?.short).toBe("On call: ann and 1 more");
  const gap = onCallWords({ teams, schedules: [ann, of("platform", null)] }, "");
  expect(gap).toMatchObject({ short: "Nobody on call", nobody: true });
  expect(gap?.all).toBe("payments: ann\nplatform: nobody");
});

test("a team's own schedule is told, and nothing where there is none", () => {
  const schedules = [of("payments", duty("ann")), of("platform", null)];
  expect(onCallWords({ teams, schedules }, "shop")?.short).toBe("On call: ann");
  expect(onCallWords({ teams, schedules: [] }, "")).toBeNull();
});
