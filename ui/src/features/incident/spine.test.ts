import { expect, test } from "vitest";
import type { Incident } from "../../api/types";
import { spineOf, starredRows, withSpine } from "./spine";

const row = (seq: number, text: string, time: string, happened_at?: string) => ({
  ...{ seq, text, time, happened_at, kind: "comment", actor: "mara", anomaly_id: "" },
});
const incident = {
  starred: [3, 1],
  timeline: [
    row(1, "rolled *back*\nto 4.1", "2026-11-23T02:20:00Z"),
    row(2, "no star", "2026-11-23T02:21:00Z"),
    row(3, "pool full", "2026-11-23T02:40:00Z", "2026-11-23T02:11:00Z"),
  ],
} as unknown as Incident;

test("starred rows are lines of Markdown, by when they happened", () => {
  expect(spineOf(starredRows(incident))).toBe(
    [
      "- 23 Nov 2026, 02:11:00 UTC **Comment** (mara): pool full",
      "- 23 Nov 2026, 02:20:00 UTC **Comment** (mara): rolled \\*back\\* to 4.1",
    ].join("\n"),
  );
});

test("the spine goes to the end, and the next one over it", () => {
  const once = withSpine("# Title\n\nWords\n", "- one");
  expect(once).toBe("# Title\n\nWords\n\n## Key moments\n\n- one\n");
  expect(withSpine(once, "- two")).toBe("# Title\n\nWords\n\n## Key moments\n\n- two\n");
  const inside = "# T\n\n## Key moments\n\n- one\n\n## Next\n\nWords";
  expect(withSpine(inside, "- two")).toBe("# T\n\n## Key moments\n\n- two\n\n## Next\n\nWords");
});
