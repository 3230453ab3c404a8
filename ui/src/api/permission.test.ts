import { expect, test } from "vitest";
import { type Permission, whyNot } from "./permission";

const ann = (...permissions: Permission[]) => ({
  name: "ann",
  tenant: "default",
  any_tenant: false,
  permissions,
});

test("who may is told nothing", () => {
  expect(whyNot(ann("read", "respond"), "respond")).toBe("");
});

test("who may not is told with which key, and the role that it takes", () => {
  expect(whyNot(ann("read"), "respond")).toBe(
    "Your key “ann” may not do this: it takes a key of the role responder.",
  );
  expect(whyNot(ann("read", "respond"), "edit")).toMatch(/role editor\.$/);
});

test("to send telemetry from a page takes a key that may read as well", () => {
  expect(whyNot(ann("read", "respond", "edit"), "ingest")).toMatch(/role admin\.$/);
});

test("nothing is held back while the session is not known", () => {
  expect(whyNot(undefined, "admin")).toBe("");
});
