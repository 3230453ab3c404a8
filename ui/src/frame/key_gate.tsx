import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { openSession } from "../api/client";
import { readAgain } from "../api/read_again";

// In place of the page while the server wants to know who asks.
export default function KeyGate() {
  const cache = useQueryClient();
  const [refusal, setRefusal] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get("key") ?? "").trim();
    openSession(key)
      .then(() => readAgain(cache))
      .catch((error: Error) => setRefusal(error.message));
  };
  return (
    <form onSubmit={submit} className="section mx-auto grid max-w-md gap-3">
      <h1 className="text-xl font-semibold">This server asks for an API key</h1>
      <p className="text-muted">
        Make one on the server with <code>vedette keys create</code>.
      </p>
      <label className="field">
        API key
        <input name="key" type="password" autoComplete="off" required />
      </label>
      {refusal && (
        <p role="alert" className="problem">
          {refusal}
        </p>
      )}
      <button type="submit" className="button primary justify-self-start">
        Continue
      </button>
    </form>
  );
}
