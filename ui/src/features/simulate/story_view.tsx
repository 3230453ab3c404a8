// The story: each fault as it truly is, and beside it the incident and the cause that Vedette found.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Square } from "lucide-react";
import { formatDuration, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Empty, Section } from "../../kit/section";
import { SeverityWord, StateMark } from "../../kit/state_mark";
import { Clock, ZoneText } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";
import { statusWord } from "../incident/why_words";
import { end, type Fault, type Story, type Verdict } from "./queries";
import { faultWord, outcomeOf, stateWord } from "./words";
import "./simulate.css";

export function StoryView({ story }: { story: Story }) {
  const { scenario, seed, speed, running, started_at, ends_at, now, faults } = story;
  const left = Date.parse(ends_at) - Date.parse(now);
  return (
    <Section
      title={running ? "Being told" : "Told last"}
      count={plural(faults.length, "fault")}
      aside={running && <StopButton />}
    >
      <p className="row-facts mb-3">
        <span>
          <strong>{scenario.replaceAll(/[_-]/g, " ")}</strong>
        </span>
        <span>seed {seed}</span>
        <span>{speed === 1 ? "real time" : `${speed} times as fast`}</span>
        <span>
          from <Clock at={started_at} /> to <Clock at={ends_at} />
        </span>
        {running && left > 0 && <span>{formatDuration(left)} to go</span>}
      </p>
      {faults.length === 0 ? (
        <Empty title="No fault: nothing should be told to anybody" />
      ) : (
        <ul className="story">
          {faults.map((fault) => (
            <FaultRow key={fault.truth.id} fault={fault} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function StopButton() {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  return (
    <>
      <ActButton
        needs="edit"
        className="button small"
        disabled={busy}
        onClick={() => void run(() => end(cache))}
      >
        <Square size={14} aria-hidden /> End the faults
      </ActButton>
      <Refusal error={error} />
    </>
  );
}

function FaultRow({ fault }: { fault: Fault }) {
  const { truth, verdict } = fault;
  const { word, tone } = outcomeOf(fault);
  return (
    <li className="story-fault">
      <div>
        <h3 className="why-title">What is true</h3>
        <p className="font-semibold">
          {faultWord(truth.type)} of {truth.service}
        </p>
        <p className="row-facts">
          <span>{truth.severity}</span>
          <span>{stateWord(fault.state)}</span>
          <span>
            <Clock at={truth.started_at} /> to <Clock at={truth.ended_at} />
          </span>
        </p>
        {truth.affected.length > 0 && (
          <p className="row-facts">
            <span>felt by {truth.affected.map(({ service }) => service).join(", ")}</span>
          </p>
        )}
      </div>
      <div>
        <h3 className="why-title">
          What Vedette says
          <span className={`tone-${tone} inline-flex items-center gap-1`}>
            <StateMark tone={tone} size={14} /> {word}
          </span>
        </h3>
        {verdict ? (
          <Said verdict={verdict} since={truth.started_at} />
        ) : (
          <p className="text-muted text-sm">
            {fault.state === "to_come" ? "It has not begun." : "No incident is open for it."}
          </p>
        )}
      </div>
    </li>
  );
}

function Said({ verdict, since }: { verdict: Verdict; since: string }) {
  const { incident_id, title, severity, found_at, joined, diagnosis } = verdict;
  const after = Date.parse(found_at) - Date.parse(since);
  return (
    <>
      <p className="break-words">
        <Link to="/incidents/$id" params={{ id: incident_id }} className="link">
          <ZoneText text={title} at={found_at} />
        </Link>
      </p>
      <p className="row-facts">
        <span>
          <SeverityWord severity={severity} />
        </span>
        {after >= 0 && <span>{formatDuration(after)} after it began</span>}
        {joined && <span>in the incident of an earlier fault</span>}
      </p>
      {diagnosis && (
        <p className="break-words text-sm">
          <Link
            to="/incidents/$id/$tab"
            params={{ id: incident_id, tab: "why" }}
            className="link-muted"
          >
            {statusWord(diagnosis.status).word}: <ZoneText text={diagnosis.summary} at={found_at} />
          </Link>
        </p>
      )}
    </>
  );
}
