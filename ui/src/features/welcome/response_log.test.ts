import { expect, test } from "vitest";
import { type Answered, keepAnswer } from "./response_log";

const probed = { status: 200, tookMs: 3, body: "{}" };

test("the newest answer stands first, and only so many are kept", () => {
  let answers: Answered[] = [];
  for (let index = 0; index < 60; index += 1) answers = keepAnswer(answers, `/p${index}`, probed);
  expect(answers).toHaveLength(50);
  expect(answers[0]).toMatchObject({ id: 60, path: "/p59", status: 200 });
  expect(new Set(answers.map(({ id }) => id)).size).toBe(50);
});
