import { expect, test } from "vitest";
import { readMarkdown, readPieces } from "./markdown";

test("the draft of a write-up is read", () => {
  const blocks = readMarkdown(
    [
      "# Slow \\<b\\>",
      "",
      "| | |",
      "|---|---|",
      "| Incident | in\\_1 |",
      "",
      "## Follow-ups",
      "",
      "- [x] Roll back (jo)",
      "- [ ] Raise the limit",
      "- 02:11 **opened** mara: a\\|b",
      "",
      "_What happened,",
      "in three sentences._",
    ].join("\n"),
  );
  expect(blocks.map(({ kind }) => kind)).toEqual(["heading", "table", "heading", "list", "text"]);
  expect(blocks[0]).toMatchObject({ level: 1, pieces: [{ text: "Slow <b>" }] });
  expect(blocks[1]).toMatchObject({
    rows: [
      [[], []],
      [[{ text: "Incident" }], [{ text: "in_1" }]],
    ],
  });
  const list = blocks[3];
  expect(list?.kind === "list" && list.items.map(({ done }) => done)).toEqual([true, false, null]);
});

test("words with underscores and escaped marks are not styled", () => {
  expect(readPieces("kind page_sent of x_y")).toEqual([{ text: "kind page_sent of x_y" }]);
  expect(readPieces("\\**no\\*\\*")).toEqual([{ text: "**no**" }]);
  expect(readPieces("**Told** and `code`")).toEqual([
    { text: "Told", style: "bold" },
    { text: " and " },
    { text: "code", style: "code" },
  ]);
});

test("links lead to the web and nowhere else", () => {
  expect(readPieces("it moved ([evidence](http://localhost:8000/e/ev_1)).")).toEqual([
    { text: "it moved (" },
    { text: "evidence", href: "http://localhost:8000/e/ev_1" },
    { text: ")." },
  ]);
  expect(readPieces("[in\\_1](https://v/incidents/in_1)")).toEqual([
    { text: "in_1", href: "https://v/incidents/in_1" },
  ]);
  expect(readPieces("[x](javascript:alert(1))")).toEqual([{ text: "[x](javascript:alert(1))" }]);
  expect(readPieces("**[To fill in: why]**")).toEqual([
    { text: "[To fill in: why]", style: "bold" },
  ]);
});

test("an escaped mark in front of a link leaves the link alone", () => {
  expect(readPieces("a\\_b moved ([evidence](http://h/e/ev_1)), x\\_y")).toEqual([
    { text: "a_b moved (" },
    { text: "evidence", href: "http://h/e/ev_1" },
    { text: "), x_y" },
  ]);
});
