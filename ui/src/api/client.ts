// The door to the server: typed requests and one error class. The API key is in a cookie that
// scripts cannot read.
import createClient from "openapi-fetch";
import { createStore } from "../kit/store";
import type { paths } from "./schema";

// What the server, or the way to it, answered instead of data.
export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server was not reached
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly limit?: string | number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

// Set while the server refuses us for want of a key.
export const keyNeeded = createStore(false);

export const client = createClient<paths>({ baseUrl: "" });

// Reads either error form: Vedette's own, and that of Prometheus' paths.
export function toApiError(status: number, body: unknown): ApiError {
  if (status === 401) keyNeeded.set(true);
  if (typeof body === "object" && body !== null && "error" in body) {
    const error = body.error;
    if (typeof error === "string") {
      const type = "errorType" in body ? String(body.errorType) : "internal";
      return new ApiError(status, type, error);
    }
    if (typeof error === "object" && error !== null) {
      const { code, message, field, limit } = error as Record<string, unknown>;
      return new ApiError(
        status,
        String(code ?? "internal"),
        String(message ?? `The server answered ${status}.`),
        field === undefined ? undefined : String(field),
        typeof limit === "number" || typeof limit === "string" ? limit : undefined,
      );
    }
  }
  return new ApiError(status, "internal", `The server answered ${status}.`);
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "unavailable", "The server cannot be reached.");
  }
  if (answer.data === undefined) throw toApiError(answer.response.status, answer.error);
  return answer.data;
}

// For what is answered without words.
export async function done(request: Promise<Answer<unknown>>): Promise<void> {
  const { response, error } = await request.catch(() => {
    throw new ApiError(0, "unavailable", "The server cannot be reached.");
  });
  if (!response.ok) throw toApiError(response.status, error);
}

// Gives the key to the server, which keeps it in the session's cookie.
export async function openSession(key: string): Promise<void> {
  const needed = keyNeeded.get();
  try {
    await ask(client.POST("/api/v1/session", { body: { key } }));
  } catch (error) {
    keyNeeded.set(needed); // a wrong key changes nothing for who needs none
    throw error;
  }
  keyNeeded.set(false);
}

export async function closeSession(): Promise<void> {
  await ask(client.DELETE("/api/v1/session"));
}
