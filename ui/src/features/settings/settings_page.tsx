// Settings: what is kept on this browser, the key that it shows the server, the keys there are, being
// woken by this browser, and the keyboard.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { closeSession, openSession } from "../../api/client";
import { type Permission, sessionQuery } from "../../api/permission";
import { readAgain } from "../../api/read_again";
import type { Session } from "../../api/types";
import { KeyTable } from "../../frame/key_table";
import { SettingsFields } from "../../frame/settings_fields";
import { Answer, Section } from "../../kit/section";
import { changeSettings, useSettings } from "../../kit/settings";
import { showToast } from "../../kit/toast";
import { usePageTitle } from "../../kit/use_page_title";
import { KeysSection } from "./keys_section";
import { PushSection } from "./push_section";

export default function SettingsPage() {
  usePageTitle("Settings");
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Settings</h1>
      </header>
      <div className="columns">
        <Section title="On this browser">
          <div className="grid gap-4">
            <SettingsFields />
            <WelcomeField />
          </div>
        </Section>
        <SessionSection />
      </div>
      <KeysSection />
      <PushSection />
      <Section title="Keyboard">
        <KeyTable />
      </Section>
    </div>
  );
}

function WelcomeField() {
  const { welcomed } = useSettings();
  return (
    <label className="flex min-h-6 items-center gap-2">
      <input
        type="checkbox"
        checked={!welcomed}
        onChange={(event) => changeSettings({ welcomed: !event.target.checked })}
      />
      Show the welcome on Now
    </label>
  );
}

const ABILITIES: Record<Permission, string> = {
  read: "read",
  ingest: "send telemetry",
  respond: "acknowledge, resolve and comment",
  edit: "fill in rules and run the simulation",
  admin: "make keys, delete data and take snapshots",
};

function WhoYouAre({ name, tenant, any_tenant, permissions }: Session) {
  return (
    <p className="mb-3">
      You are {any_tenant ? "at the machine itself, which needs no key" : <b>{name}</b>} (tenant{" "}
      <b>{tenant}</b>), and may {permissions.map((each) => ABILITIES[each]).join("; ")}.
    </p>
  );
}

function SessionSection() {
  const cache = useQueryClient();
  const session = useQuery(sessionQuery());
  const [refusal, setRefusal] = useState("");
  const done = (text: string) => {
    setRefusal("");
    showToast({ tone: "done", text });
    void readAgain(cache);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const key = String(new FormData(form).get("key") ?? "").trim();
    openSession(key)
      .then(() => {
        form.reset();
        done("The key is in use");
      })
      .catch((error: Error) => setRefusal(error.message));
  };
  const forget = () =>
    void closeSession()
      .then(() => done("The key is forgotten"))
      .catch((error: Error) => setRefusal(error.message));
  return (
    <Section title="Who you are to the server">
      <Answer what="Who you are" query={session} rows={1}>
        {(who) => <WhoYouAre {...who} />}
      </Answer>
      <form onSubmit={submit} className="grid gap-3">
        <p className="text-muted text-sm">
          The key names you and your tenant. It is kept in a cookie that no script can read, until
          the browser forgets it. Keys are made below, or on the server:{" "}
          <code>vedette keys create</code>.
        </p>
        <label className="field">
          API key
          <input name="key" type="password" autoComplete="off" required maxLength={500} />
        </label>
        {refusal && (
          <p role="alert" className="problem">
            {refusal}
          </p>
        )}
        <div className="actions">
          <button type="submit" className="button primary">
            Use this key
          </button>
          <button type="button" className="button" onClick={forget}>
            Forget the key
          </button>
        </div>
      </form>
    </Section>
  );
}
