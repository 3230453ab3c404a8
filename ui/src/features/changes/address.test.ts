import { expect, test } from "vitest";
import { safeAddress } from "./address";

test.each([
  ["https://git.example/a?b=1", "https://git.example/a?b=1"],
  ["javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["/relative", null],
  ["", null],
])("%s may be followed: %s", (text, want) => expect(safeAddress(text)).toBe(want));
