// A form's request: busy while it runs, its refusal shown in words beside the button.
import { useState } from "react";
import { ApiError } from "../api/client";

export interface Running {
  busy: boolean;
  error: Error | null;
  // True when it went well.
  run: (request: () => Promise<unknown>) => Promise<boolean>;
}

export function useRequest(): Running {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (request: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await request();
      return true;
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

// A refusal that did not come from the server; its message is for people.
export class Refused extends Error {}

export function errorWords(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (!(error instanceof ApiError)) return "Something went wrong.";
  return error.field ? `${error.field}: ${error.message}` : error.message;
}

export function Refusal({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p role="alert" className="tone-critical break-words text-sm">
      {errorWords(error)}
    </p>
  );
}
