// Being woken by this browser: subscribe it as a way to reach a person, and see which browsers are.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ActButton, Permitted } from "../../kit/permitted";
import { Answer, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords, Refusal, useRequest } from "../../kit/use_request";
import { type Plan, planQuery } from "../oncall/queries";
import { devicesQuery, ownDevice, removeDevice, subscribe } from "./push_devices";
import { browserFacts, browserName, whyNot } from "./push_support";

export function PushSection() {
  const plan = useQuery(planQuery());
  return (
    <Section title="Woken by this browser">
      <p className="mb-2 text-muted text-sm">
        Pages come as notifications, also when no page of Vedette is open. Each is encrypted for
        this browser alone.
      </p>
      <Answer what="People and receivers" query={plan} rows={2}>
        {(data) => <Subscription plan={data} />}
      </Answer>
      <Devices />
    </Section>
  );
}

function Subscription({ plan }: { plan: Plan }) {
  const [facts] = useState(browserFacts);
  const refused = whyNot(facts);
  const receivers = plan.receivers.filter(({ channel }) => channel === "webpush");
  if (refused) {
    return (
      <p className="note flex gap-2" role="status">
        <StateMark tone="info" /> <span className="min-w-0">{refused}</span>
      </p>
    );
  }
  if (receivers.length === 0 || plan.users.length === 0) {
    return (
      <p className="note flex gap-2" role="status">
        <StateMark tone="info" />
        <span className="min-w-0">
          {receivers.length === 0
            ? "The configuration has no receiver of browsers: a receiver with "
            : "The configuration has no people: "}
          <code>{receivers.length === 0 ? "webpush" : "notify.users"}</code>
          {receivers.length === 0 ? " under notify.receivers makes one." : " names them."}
        </span>
      </p>
    );
  }
  return (
    <Permitted>
      <SubscribeForm plan={plan} />
    </Permitted>
  );
}

// A device of whom no contact names wakes nobody.
function isReached(plan: Plan, person: string): boolean {
  const browsers = new Set(
    plan.receivers.filter(({ channel }) => channel === "webpush").map(({ name }) => name),
  );
  const contacts = plan.users.find(({ name }) => name === person)?.contacts ?? [];
  return contacts.some(({ receiver }) => browsers.has(receiver));
}

function SubscribeForm({ plan }: { plan: Plan }) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const [person, setPerson] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const label = String(new FormData(event.currentTarget).get("label") ?? "").trim();
    void run(async () => {
      await subscribe(cache, person, label || browserName(navigator.userAgent));
      showToast({ tone: "done", text: "This browser is subscribed" });
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="form-pair">
        <label className="field">
          Who is woken
          <select value={person} required onChange={(event) => setPerson(event.target.value)}>
            <option value="" disabled>
              Choose…
            </option>
            {plan.users.map(({ name, full_name }) => (
              <option key={name} value={name}>
                {full_name ? `${full_name} (${name})` : name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          What this browser is called
          <input
            name="label"
            maxLength={200}
            autoComplete="off"
            defaultValue={browserName(navigator.userAgent)}
          />
        </label>
      </div>
      {person && !isReached(plan, person) && (
        <p className="note flex gap-2" role="status">
          <StateMark tone="warning" />
          <span className="min-w-0">
            No contact of {person} is a browser, so pages do not come here yet: add one of receiver{" "}
            <code>
              {plan.receivers.find(({ channel }) => channel === "webpush")?.name} to {person}
            </code>{" "}
            under <code>notify.users</code>.
          </span>
        </p>
      )}
      <Refusal error={error} />
      <div className="actions">
        <button type="submit" className="button primary" disabled={busy}>
          <BellRing size={16} aria-hidden />{" "}
          {busy ? "Asking the browser…" : "Subscribe this browser"}
        </button>
        <Link to="/routing" search={{ view: "people" }} className="link text-sm">
          Send a test page
        </Link>
      </div>
    </form>
  );
}

function Devices() {
  const devices = useQuery(devicesQuery());
  const cache = useQueryClient();
  const own = ownDevice();
  const remove = (id: string) =>
    removeDevice(cache, id).catch((error) =>
      showToast({ tone: "error", text: `Not removed: ${errorWords(error)}` }),
    );
  return (
    <Answer what="Subscribed browsers" query={devices} rows={1}>
      {(list) =>
        list.length > 0 && (
          <>
            <h3 className="part-head">Subscribed browsers</h3>
            <ul className="rows">
              {list.map(({ id, person, label, service, created_at }) => (
                <li key={id} className="row" data-row>
                  <div className="min-w-0 flex-1">
                    <p className="break-words font-medium">
                      {label || service} {id === own && <span className="badge">this browser</span>}
                    </p>
                    <p className="row-facts">
                      <span>wakes {person}</span>
                      <span>by {service}</span>
                      <span>
                        since <Ago at={created_at} />
                      </span>
                    </p>
                  </div>
                  <ActButton
                    className="icon-button"
                    title="Forget this browser"
                    aria-label={`Forget ${label || service} of ${person}`}
                    onClick={() => void remove(id)}
                  >
                    <Trash2 size={16} aria-hidden />
                  </ActButton>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Answer>
  );
}
