import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { type Permission, sessionQuery } from "../api/permission";
import { ActButton, Permitted } from "./permitted";

const WHY = "Your key “ann” may not do this: it takes a key of the role responder.";

// Without permissions: before the session is known.
function drawn(page: ReactNode, permissions?: Permission[]): string {
  const cache = new QueryClient();
  if (permissions) {
    const session = { name: "ann", tenant: "default", any_tenant: false, permissions };
    cache.setQueryData(sessionQuery().queryKey, session);
  }
  return renderToStaticMarkup(<QueryClientProvider client={cache}>{page}</QueryClientProvider>);
}

const BUTTON = <ActButton className="button">Acknowledge</ActButton>;
const FORM = (
  <Permitted>
    <input name="text" />
  </Permitted>
);

test("a button is as any other for who may, and before it is known who one is", () => {
  const plain = '<button type="button" class="button">Acknowledge</button>';
  expect(drawn(BUTTON, ["read", "respond"])).toBe(plain);
  expect(drawn(BUTTON)).toBe(plain);
});

test("a button that one may not press says so, and can still be reached", () => {
  const button = drawn(BUTTON, ["read"]);
  expect(button).toContain('aria-disabled="true"');
  expect(button).toContain(`title="${WHY}"`);
  expect(button).not.toMatch(/ disabled/);
});

test("a button keeps its own title above the reason", () => {
  expect(drawn(<ActButton title="Silence…" />, ["read"])).toContain(`title="Silence…\n${WHY}"`);
});

test("a button does not send its form for who may not", () => {
  expect(drawn(<ActButton type="submit" />, ["read", "respond"])).toContain('type="submit"');
  expect(drawn(<ActButton type="submit" />, ["read"])).toContain('type="button"');
});

test("the fields of a form rest below the reason", () => {
  expect(drawn(FORM, ["read"])).toMatch(
    /^<p [^>]*>Your key .+<\/p><fieldset [^>]*disabled=""[^>]*><input/,
  );
  expect(drawn(FORM, ["read", "respond"])).not.toMatch(/disabled|Your key/);
  expect(drawn(FORM)).not.toMatch(/disabled|Your key/);
});
