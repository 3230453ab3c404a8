// The head of the screens of Explore: where one is, and the way to the others.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ScreenPath } from "../../frame/screens";
import { keptRange } from "../../frame/use_time_range";
import { usePageTitle } from "../../kit/use_page_title";
import "./explore.css";

const TABS: { to: ScreenPath; label: string }[] = [
  { to: "/explore/metrics", label: "Metrics" },
  { to: "/explore/logs", label: "Logs" },
  { to: "/explore/events", label: "Events" },
  { to: "/explore/anomalies", label: "Anomalies" },
  { to: "/explore/traces", label: "Traces" },
  { to: "/dashboards", label: "Dashboards" },
];

export function ExploreHead({ title, children }: { title: string; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <header className="page-head">
      <h1>{title}</h1>
      <nav className="tabs" aria-label="Explore">
        {TABS.map(({ to, label }) => (
          <Link key={to} to={to} search={keptRange} activeOptions={{ includeSearch: false }}>
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </header>
  );
}
