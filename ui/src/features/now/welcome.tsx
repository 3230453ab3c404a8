// The first-run card: until it is put away, and always while nothing has come in yet.
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { Status } from "../../api/types";
import { changeSettings, useSettings } from "../../kit/settings";

export function Welcome({ status }: { status: Status }) {
  const { welcomed } = useSettings();
  const idle = status.ingest.series === 0;
  if (welcomed && !idle) return null;
  return (
    <section className="section welcome" aria-labelledby="welcome">
      <div className="flex items-start gap-3">
        <h2 id="welcome" className="flex-1">
          Welcome to OpsBuddy - AI driven oncall support
        </h2>
        {!idle && (
          <button
            type="button"
            className="icon-button"
            aria-label="Put the welcome away"
            onClick={() => changeSettings({ welcomed: true })}
          >
            <X size={18} aria-hidden />
          </button>
        )}
      </div>
      <p>
        <Link to="/welcome" className="link">
          Health checks, log query and the last 24 hours
        </Link>
      </p>
      {status.demo ? <DemoHint /> : idle ? <ConnectHint /> : <ReadyHint />}
    </section>
  );
}

function DemoHint() {
  return (
    <>
      <p>
        A simulated shop of seven services feeds this server. Its first incident comes within about
        a minute. What to try:
      </p>
      <ol className="steps">
        <li>
          Wait for an incident and open it
          <span className="by-keys">
            : <kbd>j</kbd> <kbd>Enter</kbd>
          </span>
        </li>
        <li>
          Compare what was seen with what was expected, and acknowledge
          <span className="by-keys">
            : <kbd>e</kbd>
          </span>
        </li>
        <li>
          Leave a comment
          <span className="by-keys">
            : <kbd>c</kbd>
          </span>
          , then resolve it
          <span className="by-keys">
            : <kbd>r</kbd>
          </span>
          , or watch it end by itself
        </li>
        <li className="by-keys">
          <kbd>Ctrl</kbd> <kbd>K</kbd> finds incidents, services, metrics, people, rules,
          dashboards, changes and screens, <kbd>?</kbd> lists the keys
        </li>
      </ol>
    </>
  );
}

function ConnectHint() {
  return (
    <>
      <p>Nothing has come in yet. Send metrics from a Prometheus that you have:</p>
      <pre className="code">{`remote_write:\n  - url: ${location.origin}/api/v1/write`}</pre>
      <p>or try a log line:</p>
      <pre className="code">
        {`curl ${location.origin}/api/v1/logs -H 'Content-Type: application/json' \\\n  -d '{"service":"shop","level":"error","message":"hello"}'`}
      </pre>
      <p>
        Targets to scrape go into the configuration (<code>scrape_configs</code>). To see everything
        at work first: <code>vedette demo</code>.
      </p>
    </>
  );
}

function ReadyHint() {
  return (
    <p>
      Data is coming in. This page says what is wrong now
      <span className="by-keys">
        ; <kbd>?</kbd> lists the keys
      </span>
      .
    </p>
  );
}
