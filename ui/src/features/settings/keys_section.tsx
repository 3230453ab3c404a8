// API keys: who has which, a new one, and an end to one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sessionQuery } from "../../api/permission";
import { useNow } from "../../kit/clock";
import { focusOnMount } from "../../kit/focus";
import { Permitted } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { Ago, Clock } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";
import { KeyForm } from "./key_form";
import { type ApiKey, keysQuery, revokeKey } from "./key_queries";

export function KeysSection() {
  const { data: session } = useQuery(sessionQuery());
  return (
    <Section title="Keys of this tenant">
      <p className="mb-3 text-muted text-sm">
        Programs and people who are not at the machine itself show a key. It has one role, and is of
        this tenant.
      </p>
      <Permitted needs="admin">
        <KeyForm />
      </Permitted>
      {session?.permissions.includes("admin") && <KeyList />}
    </Section>
  );
}

function KeyList() {
  const keys = useQuery(keysQuery());
  return (
    <Answer what="The keys" query={keys} rows={2}>
      {(list) =>
        list.length === 0 ? (
          <div className="mt-3">
            <Empty title="There is no key yet" />
          </div>
        ) : (
          <ul className="rows mt-3" aria-label="Keys">
            {[...list].sort(byUse).map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

// Those in use before those that were revoked; else as the server has them, by name.
const byUse = (a: ApiKey, b: ApiKey) =>
  Number(a.revoked_at !== null) - Number(b.revoked_at !== null);

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { id, name, role, created_at, expires_at, last_used_at, revoked_at } = apiKey;
  const now = useNow(60_000);
  const expired = expires_at !== null && Date.parse(expires_at) <= now;
  return (
    <li className="row top flex-wrap" data-row>
      <div className="min-w-0 flex-1 basis-40">
        <p className="break-words font-medium">
          {name} <span className="badge">{role}</span>{" "}
          {revoked_at && <span className="badge">revoked</span>}{" "}
          {expired && !revoked_at && <span className="badge">expired</span>}
        </p>
        <p className="row-facts">
          <span>
            <code>{id}</code>
          </span>
          <span>
            made <Clock at={created_at} seconds={false} />
          </span>
          <span>
            {last_used_at ? (
              <>
                last used <Ago at={last_used_at} />
              </>
            ) : (
              "never used"
            )}
          </span>
          {revoked_at ? (
            <span>
              revoked <Clock at={revoked_at} seconds={false} />
            </span>
          ) : (
            <span>
              {expires_at ? (
                <>
                  {expired ? "expired" : "expires"} <Ago at={expires_at} ahead />
                </>
              ) : (
                "never expires"
              )}
            </span>
          )}
        </p>
      </div>
      {!revoked_at && <Revoke id={id} name={name} />}
    </li>
  );
}

// In two steps: who uses it is locked out within seconds, and for good.
function Revoke({ id, name }: { id: string; name: string }) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const [asked, setAsked] = useState<boolean>();
  if (!asked) {
    return (
      <button
        ref={asked === false ? focusOnMount : undefined}
        type="button"
        className="button small"
        onClick={() => setAsked(true)}
      >
        Revoke…<span className="sr-only"> {name}</span>
      </button>
    );
  }
  return (
    <div className="ml-auto grid justify-items-end gap-1">
      <div className="actions">
        <button
          ref={focusOnMount}
          type="button"
          className="button small"
          onClick={() => setAsked(false)}
        >
          Keep<span className="sr-only"> {name}</span>
        </button>
        <button
          type="button"
          className="button small"
          disabled={busy}
          onClick={() => void run(() => revokeKey(cache, id))}
        >
          Revoke {name} for good
        </button>
      </div>
      <Refusal error={error} />
    </div>
  );
}
