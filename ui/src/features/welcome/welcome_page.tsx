// The welcome of OpsBuddy: services with a health check each, what the server answered, log lines
// asked for and written by hand, and a day in numbers.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { statusQuery } from "../../api/queries";
import type { ScreenPath } from "../../frame/screens";
import { keptRange } from "../../frame/use_time_range";
import type { Probed } from "../../kit/probe";
import { usePageTitle } from "../../kit/use_page_title";
import { verdictSentence } from "../now/verdict_line";
import { DayNumbers } from "./day_numbers";
import { LogEntry } from "./log_entry";
import { LogQuery } from "./log_query";
import { type Answered, keepAnswer, ResponseLog } from "./response_log";
import { ServiceChecks } from "./service_checks";
import "./welcome.css";

const QUICK: { to: ScreenPath; label: string }[] = [
  { to: "/", label: "What is wrong now" },
  { to: "/explore/logs", label: "Explore logs" },
  { to: "/explore/metrics", label: "Explore metrics" },
  { to: "/system", label: "System status" },
  { to: "/docs", label: "API" },
];

export default function WelcomePage() {
  usePageTitle("Welcome");
  const status = useQuery(statusQuery());
  const [answers, setAnswers] = useState<Answered[]>([]);
  const keep = (path: string) => (probed: Probed) =>
    setAnswers((have) => keepAnswer(have, path, probed));
  return (
    <div className="stack">
      <header className="incident-head">
        <h1 className="text-2xl font-semibold">Welcome to OpsBuddy - AI driven oncall support</h1>
        <p className="text-muted">{status.data ? verdictSentence(status.data) : "Asking…"}</p>
        <nav className="toolbar" aria-label="Quick actions">
          {QUICK.map(({ to, label }) => (
            <Link key={to} to={to} search={keptRange} className="button small">
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <ServiceChecks keep={keep} />
      <div className="columns">
        <DayNumbers />
        <div className="stack">
          <LogEntry keep={keep("/api/v1/logs")} />
          <ResponseLog answers={answers} clear={() => setAnswers([])} />
        </div>
      </div>
      <LogQuery />
    </div>
  );
}
