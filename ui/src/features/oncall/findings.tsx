// What will disappoint somebody one night: the static check of the plan.
import { useQuery } from "@tanstack/react-query";
import { Answer, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { findingsQuery, planQuery } from "./queries";

const KINDS: Record<string, string> = {
  no_contact: "No contact",
  never_matches: "Never matches",
  gap: "Gap",
  unused: "Not used",
  nobody: "Nobody",
  no_live_label: "Matches nothing known",
  alert_reaches_nobody: "Reaches nobody",
};

// `all`: who is told where no more is written. That is nobody where there is no receiver.
export function ToldWords({ all }: { all: string }) {
  const { data: plan } = useQuery(planQuery());
  if (!plan) return null;
  if (plan.receivers.length > 0) return all;
  return <strong>Nobody is told of anything: no receiver is configured.</strong>;
}

export function Findings() {
  const findings = useQuery(findingsQuery());
  return (
    <Section title="Static check" count={findings.data?.length}>
      <Answer what="The check" query={findings} rows={1}>
        {(list) =>
          list.length === 0 ? (
            <p className="flex items-center gap-2">
              <StateMark tone="normal" /> Nothing that would disappoint anybody: everyone has a
              contact, every route can match, no schedule has gaps.
            </p>
          ) : (
            <ul className="rows">
              {list.map(({ kind, subject, message, line }) => (
                <li key={`${kind} ${subject} ${message}`} className="row top">
                  <StateMark tone="warning" />
                  <div className="min-w-0 flex-1">
                    <p className="break-words">
                      <span className="font-semibold">{subject}</span> {message}
                    </p>
                    <p className="row-facts">
                      <span>{KINDS[kind] ?? kind}</span>
                      {line > 0 && <span>line {line} of the configuration</span>}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}
