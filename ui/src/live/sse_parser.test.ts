import { expect, test } from "vitest";
import { type ServerEvent, SseParser } from "./sse_parser";

function parse(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const TEXT = 'retry: 2000\n\n: alive\n\nid: 7\nevent: patch\ndata: {"a":\ndata: 1}\n\n';
const EVENT = { id: "7", event: "patch", data: '{"a":\n1}' };

test("an event has its id, its name and its lines of data; comments are none", () => {
  expect(parse(TEXT)).toEqual([EVENT]);
});

test("it does not matter where the network cuts the text", () => {
  for (let at = 0; at <= TEXT.length; at += 1) {
    expect(parse(TEXT.slice(0, at), TEXT.slice(at))).toEqual([EVENT]);
  }
  expect(parse(...TEXT)).toEqual([EVENT]);
});

test("all three line ends are read, also when a piece ends within one", () => {
  expect(parse(TEXT.replaceAll("\n", "\r\n"))).toEqual([EVENT]);
  expect(parse(...TEXT.replaceAll("\n", "\r\n"))).toEqual([EVENT]);
});

test("the id stays until another comes", () => {
  expect(parse("id: 1\ndata: a\n\ndata: b\n\n").map(({ id }) => id)).toEqual(["1", "1"]);
});

test("a line without an end is refused before it fills the memory", () => {
  expect(() => parse("x".repeat(1_100_000))).toThrow("too long");
});
