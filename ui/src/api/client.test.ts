import { expect, test } from "vitest";
import { ApiError, ask, toApiError } from "./client";

test("Vedette's error form names field and limit", () => {
  const body = { error: { code: "invalid_argument", message: "No.", field: "limit", limit: 1000 } };
  const error = toApiError(400, body);
  expect(error).toMatchObject({
    status: 400,
    code: "invalid_argument",
    field: "limit",
    limit: 1000,
  });
  expect(error.message).toBe("No.");
});

test("Prometheus' error form is read as well", () => {
  const error = toApiError(422, { status: "error", errorType: "execution", error: "too many" });
  expect(error).toMatchObject({ code: "execution", message: "too many" });
});

test.each([null, "<html>", {}, { error: null }])("%j still gives an error with words", (body) => {
  expect(toApiError(502, body).message).toContain("502");
});

test("a server that is not reached is an error of status 0", async () => {
  await expect(ask(Promise.reject(new TypeError("fetch failed")))).rejects.toMatchObject({
    status: 0,
  });
  await expect(ask(Promise.reject(new TypeError("x")))).rejects.toBeInstanceOf(ApiError);
});
