import { expect, test } from "vitest";
import { type BrowserFacts, browserName, keyBytes, whyNot } from "./push_support";

const able: BrowserFacts = {
  ...{ secure: true, worker: true, push: true, notifications: "default", apple: false },
};

test.each([
  [able, null],
  [{ ...able, notifications: "granted" }, null],
  [{ ...able, secure: false, push: false }, /https/],
  [{ ...able, push: false }, /no Web Push/],
  [{ ...able, push: false, apple: true }, /home screen/],
  [{ ...able, notifications: "missing" }, /no Web Push/],
  [{ ...able, notifications: "denied" }, /blocked/],
] satisfies [BrowserFacts, RegExp | null][])("what stands in the way of %o", (facts, words) => {
  if (words) expect(whyNot(facts)).toMatch(words);
  else expect(whyNot(facts)).toBeNull();
});

test("a browser is named by itself and its system", () => {
  const android = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36";
  expect(browserName(android)).toBe("Chrome on Android");
  expect(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")).toBe(
    "Firefox on Linux",
  );
  expect(browserName("curl")).toBe("A browser");
});

test("a key of base64url becomes bytes", () => {
  expect([...keyBytes("-_8B")]).toEqual([251, 255, 1]);
});
