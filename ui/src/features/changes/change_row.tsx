import { Link } from "@tanstack/react-router";
import type { Change } from "../../api/types";
import { Clock } from "../../kit/time";
import { safeAddress } from "./address";
import "./changes.css";

const AROUND_MS = 30 * 60_000;

export function ChangeRow({ change }: { change: Change }) {
  const { time, service, kind, title, version, status, author, url, data, labels } = change;
  const address = safeAddress(url);
  const details = { ...labels, ...data };
  const ms = Date.parse(time);
  return (
    <li className="row top" data-change={kind}>
      <span className="chip change-kind">{kind.replaceAll("_", " ")}</span>
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">{title}</p>
        <p className="row-facts">
          <span>{service || "no service"}</span>
          {version && <span>{version}</span>}
          {status && <span>{status.replaceAll("_", " ")}</span>}
          {author && <span>by {author}</span>}
        </p>
        <p className="change-links" data-row>
          <Link
            to="/explore/anomalies"
            search={{
              from: new Date(ms - AROUND_MS).toISOString(),
              to: new Date(ms + AROUND_MS).toISOString(),
              ...(service ? { service } : {}),
            }}
            className="link"
          >
            Anomalies around it
          </Link>
          {address && (
            <a href={address} className="link" target="_blank" rel="noreferrer">
              What was changed
            </a>
          )}
        </p>
        {Object.keys(details).length > 0 && (
          <details className="row-more">
            <summary>Data</summary>
            <pre className="code">{JSON.stringify(details, null, 2)}</pre>
          </details>
        )}
      </div>
      <p className="row-times">
        <Clock at={time} />
      </p>
    </li>
  );
}
