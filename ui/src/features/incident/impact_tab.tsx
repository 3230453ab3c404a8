// Impact: how many are hurt, how it spread from service to service, and in what those who are hurt
// differ from the others.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CSSProperties, Fragment } from "react";
import type { Incident } from "../../api/types";
import {
  formatChange,
  formatDuration,
  formatNumber,
  formatPeriod,
  formatValue,
  unitOfServer,
} from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { TableBox } from "../../kit/table_box";
import { Clock, ZoneText } from "../../kit/time";
import { EvidenceChip } from "../evidence/evidence_chip";
import { burntWords } from "./impact_words";
import { SeenFrom } from "./seen_from";
import { type Impact, impactQuery } from "./why_queries";
import { percent } from "./why_words";

export function ImpactTab({ incident }: { incident: Incident }) {
  const impact = useQuery(impactQuery(incident));
  return (
    <Answer what="The impact" query={impact} rows={4}>
      {(data) =>
        data.status === "pending" ? (
          <Empty title="Not measured yet">
            <p>It is measured with the first diagnosis, a moment after the incident opened.</p>
          </Empty>
        ) : (
          <div className="stack">
            <p className="text-sm">
              <SeenFrom of={data} what="Measured" />
            </p>
            <Numbers impact={data} />
            <Spread impact={data} />
            <div className="columns">
              <Differences impact={data} />
              <Report impact={data} />
            </div>
          </div>
        )
      }
    </Answer>
  );
}

const LEVEL_TONES: Record<string, Tone> = {
  critical: "critical",
  high: "critical",
  medium: "warning",
  low: "info",
};

function Numbers({ impact: { severity, requests, users, error_budget } }: { impact: Impact }) {
  return (
    <ul className="impact-numbers">
      {severity && (
        <Figure name="Severity" value={severity.level} tone={LEVEL_TONES[severity.level]}>
          score {severity.score.toFixed(2)}
        </Figure>
      )}
      <Figure
        name="Users hurt"
        value={users ? formatNumber(Math.round(users.hurt)) : "not known"}
        evidence={users?.evidence_id}
      >
        {users ? `told apart by ${users.field}` : "no log line tells users apart"}
      </Figure>
      <Figure
        name="Requests hurt"
        value={requests ? formatNumber(Math.round(requests.hurt)) : "not known"}
        evidence={requests?.failed_evidence_id}
      >
        {requests
          ? `of ${formatNumber(Math.round(requests.total))} at ${requests.entity}; ${formatNumber(Math.round(requests.failed_usually))} would have failed anyway`
          : "no service counts its failures"}
      </Figure>
      {error_budget && (
        <Figure
          name="Error budget burnt"
          value={burntWords(error_budget.burnt)}
          evidence={error_budget.evidence_id}
        >
          of {formatPeriod(error_budget.period)}, objective {percent(error_budget.objective)}
        </Figure>
      )}
    </ul>
  );
}

interface FigureProps {
  name: string;
  value: string;
  tone?: Tone;
  evidence?: string;
  children: React.ReactNode;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function Figure({ name, value, tone, evidence, children }: FigureProps) {
  return (
    <li className="section">
      <h2 className="why-title">{name}</h2>
      <p className={`impact-number ${tone ? `tone-${tone}` : ""}`}>
        {tone && <StateMark tone={tone} size={20} />} {capital(value)}
      </p>
      <p className="break-words text-muted text-sm">{children}</p>
      {evidence && <EvidenceChip id={evidence} about={`${name} ${value}`} />}
    </li>
  );
}

const ROLES: ["origin" | "propagator" | "affected", string, Tone][] = [
  ["origin", "Where it came from", "critical"],
  ["propagator", "Passed it on", "warning"],
  ["affected", "Affected", "info"],
];

function Spread({ impact: { entities, onset } }: { impact: Impact }) {
  const start = onset ? Date.parse(onset) : Number.NaN;
  const lag = (at: string) => {
    const gap = Date.parse(at) - start;
    return Number.isNaN(gap) || gap < 1000 ? "" : `, ${formatDuration(gap)} after it began`;
  };
  return (
    <Section
      title="How it spread"
      count={entities.length || undefined}
      aside={
        entities[0] && (
          <>
            {onset && (
              <span className="text-muted text-sm">
                it began at <Clock at={onset} />
              </span>
            )}
            <Link to="/map" search={{ focus: entities[0].entity }} className="link text-sm">
              On the map
            </Link>
          </>
        )
      }
    >
      {entities.length === 0 ? (
        <Empty title="No service was seen to be hurt" />
      ) : (
        <div className="spread">
          {ROLES.map(([role, title, tone]) => {
            const own = entities.filter((one) => one.role === role);
            if (own.length === 0) return null;
            return (
              <section key={role} aria-label={title}>
                <h3 className="why-title">
                  {title} <span className="count">{own.length}</span>
                </h3>
                <ul className="spread-list">
                  {own.map((one) => (
                    <li key={one.entity} className="spread-entity" data-role={role}>
                      <p className="flex items-center gap-2 font-semibold">
                        <StateMark tone={tone} size={14} />
                        <span className="min-w-0 flex-1 break-words">{one.entity}</span>
                        <EvidenceChip id={one.evidence_id} about={one.text} />
                      </p>
                      <p className="break-words text-sm">
                        <ZoneText text={one.text} at={one.first_seen} />
                      </p>
                      <p className="text-muted text-sm">
                        <Clock at={one.first_seen} />
                        {role !== "origin" && lag(one.first_seen)}
                      </p>
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      )}
    </Section>
  );
}

function Differences({ impact: { differences } }: { impact: Impact }) {
  return (
    <Section title="In what the hurt ones differ" count={differences.length || undefined}>
      {differences.length === 0 ? (
        <Empty title="In nothing that labels tell">
          <p>No endpoint, instance, region or version stands out, as far as they are told.</p>
        </Empty>
      ) : (
        <ul className="rows">
          {differences.map((one) => (
            <li key={`${one.entity} ${one.dimension} ${one.value}`} className="row top">
              <div className="min-w-0 flex-1">
                <p className="break-words">
                  <span className="text-muted">{one.entity}</span> {one.dimension}=
                  <span className="font-semibold">{one.value}</span>
                </p>
                <dl className="versus">
                  <Versus name="of what is hurt" part={one.inside} strong />
                  <Versus name="of the rest" part={one.outside} />
                </dl>
              </div>
              <EvidenceChip id={one.evidence_id} about={one.text} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Versus({ name, part, strong = false }: { name: string; part: number; strong?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span
          className="versus-bar"
          data-strong={strong}
          style={{ "--part": `${part * 100}%` } as CSSProperties}
          aria-hidden
        />
        {percent(part)}
      </dd>
    </div>
  );
}

const reportValue = ({ unit }: Impact["report"][number], value: number | null) =>
  value === null ? "none" : formatValue(value, unitOfServer(unit));

function Report({ impact: { report } }: { impact: Impact }) {
  const groups = new Map<string, Impact["report"]>();
  for (const row of report) {
    const name = row.entity ?? "Business";
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return (
    <Section title="Usually and during it">
      {report.length === 0 ? (
        <Empty title="Nothing to compare" />
      ) : (
        <TableBox label="Measures by service">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Measure</th>
                <th scope="col">Usually</th>
                <th scope="col">During</th>
                <th scope="col">Change</th>
                <th scope="col">
                  <span className="sr-only">Evidence</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {[...groups].map(([entity, rows]) => (
                <Fragment key={entity}>
                  <tr>
                    <th scope="rowgroup" colSpan={5} className="table-group">
                      {entity}
                    </th>
                  </tr>
                  {rows.map((row) => (
                    <tr key={`${row.metric} ${row.statistic}`}>
                      <th scope="row">
                        {row.kind}{" "}
                        <span className="text-muted">
                          {row.metric}
                          {row.statistic && ` ${row.statistic}`}
                        </span>
                      </th>
                      <td>{reportValue(row, row.normal)}</td>
                      <td>{reportValue(row, row.during)}</td>
                      <td>{row.percent === null ? "" : formatChange(row.percent / 100)}</td>
                      <td>
                        <EvidenceChip id={row.evidence_id} about={`${entity} ${row.metric}`} />
                      </td>
                    </tr>
                  ))}
                </Fragment>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  );
}
