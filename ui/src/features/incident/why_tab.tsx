// Why: cause, failure and harm in three boxes; hypotheses with the evidence of each claim; what was
// looked at and what failed; what people say of it; and incidents that were like it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import type { Incident } from "../../api/types";
import { formatTook, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Clock, ZoneText } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";
import { EvidenceChip } from "../evidence/evidence_chip";
import { harmWords } from "./impact_words";
import { SeenFrom } from "./seen_from";
import { Similar } from "./similar";
import { VerdictForm } from "./verdict_form";
import {
  type Diagnosis,
  diagnoseAnew,
  diagnosisQuery,
  type Hypothesis,
  type Impact,
  impactQuery,
} from "./why_queries";
import { causeOf, kindWord, percent, regionOf, statusWord, summaryWords } from "./why_words";

export function WhyTab({ incident }: { incident: Incident }) {
  const diagnosis = useQuery(diagnosisQuery(incident));
  const impact = useQuery(impactQuery(incident));
  return (
    <Answer what="The diagnosis" query={diagnosis} rows={4}>
      {(data) => (
        <div className="stack">
          <Boxes incident={incident} diagnosis={data} impact={impact.data} />
          <div className="columns wide-left">
            <Hypotheses incident={incident} diagnosis={data} />
            <div className="stack">
              <VerdictForm incident={incident} diagnosis={data} />
              <Inputs diagnosis={data} />
              <Similar id={incident.id} />
            </div>
          </div>
        </div>
      )}
    </Answer>
  );
}

interface BoxesProps {
  incident: Incident;
  diagnosis: Diagnosis;
  impact: Impact | undefined;
}

function Boxes({ incident, diagnosis, impact }: BoxesProps) {
  const cause = causeOf(diagnosis);
  const { word, tone } = statusWord(diagnosis.status);
  const [origin] = impact?.entities ?? [];
  return (
    <ol className="why-boxes">
      <Box title="Cause" word={word} tone={tone}>
        {cause ? (
          <>
            <p className="why-name">{cause.entity}</p>
            {regionOf(cause) && <p className="break-words">{regionOf(cause)}</p>}
          </>
        ) : (
          <p className="why-name">
            {diagnosis.status === "pending" ? "Being looked for" : "Not known"}
          </p>
        )}
        <p className="break-words text-sm">
          <ZoneText text={summaryWords(diagnosis)} at={incident.started_at} />
        </p>
      </Box>
      <Box title="Where it was seen first">
        {origin ? (
          <>
            <p className="why-name">{origin.entity}</p>
            <p className="break-words text-sm">
              <ZoneText text={origin.text} at={origin.first_seen} />
            </p>
            <p className="text-muted text-sm">
              <Clock at={origin.first_seen} />
            </p>
          </>
        ) : (
          <p className="text-muted">Not known yet</p>
        )}
        {diagnosis.onset && (
          <p className="text-muted text-sm">
            began in the data at <Clock at={diagnosis.onset} />
          </p>
        )}
      </Box>
      <Box title="Who is hurt">
        {impact ? (
          <ul className="grid gap-1">
            {harmWords(impact).map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        ) : (
          <p className="text-muted">Not known yet</p>
        )}
      </Box>
    </ol>
  );
}

interface BoxProps {
  title: string;
  word?: string;
  tone?: "critical" | "warning" | "info" | "normal" | "muted";
  children: ReactNode;
}

function Box({ title, word, tone = "muted", children }: BoxProps) {
  return (
    <li className="section why-box">
      <h2 className="why-title">
        {title}
        {word && (
          <span className={`tone-${tone} inline-flex items-center gap-1`}>
            <StateMark tone={tone} size={14} /> {word}
          </span>
        )}
      </h2>
      {children}
    </li>
  );
}

interface HypothesesProps {
  incident: Incident;
  diagnosis: Diagnosis;
}

function Hypotheses({ incident, diagnosis }: HypothesesProps) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const { hypotheses, made_at, revision } = diagnosis;
  return (
    <Section
      title="Hypotheses"
      count={hypotheses.length || undefined}
      aside={
        <>
          {made_at && (
            <span className="text-muted text-sm">
              revision {revision}; <SeenFrom of={diagnosis} what="found in what was seen" />
            </span>
          )}
          <ActButton
            className="button small"
            disabled={busy}
            onClick={() => void run(() => diagnoseAnew(cache, incident.id))}
          >
            <RotateCw size={14} aria-hidden /> {busy ? "Looking…" : "Diagnose anew"}
          </ActButton>
        </>
      }
    >
      <Refusal error={error} />
      {hypotheses.length === 0 ? (
        <Empty title={diagnosis.status === "pending" ? "Not diagnosed yet" : "No cause was found"}>
          <p>
            <ZoneText text={diagnosis.summary} at={incident.started_at} />
          </p>
        </Empty>
      ) : (
        <ol className="hypotheses">
          {hypotheses.map((one, index) => (
            <HypothesisRow
              // biome-ignore lint/suspicious/noArrayIndexKey: one entity may stand there more than once
              key={`${one.entity} ${index}`}
              hypothesis={one}
              near={incident.started_at}
            />
          ))}
        </ol>
      )}
    </Section>
  );
}

interface HypothesisRowProps {
  hypothesis: Hypothesis;
  near: string; // about when it all was
}

function HypothesisRow({ hypothesis, near }: HypothesisRowProps) {
  const { entity, probability, status, claims } = hypothesis;
  const region = regionOf(hypothesis);
  const { word, tone } = statusWord(status);
  return (
    <li className="hypothesis" data-status={status}>
      <div className="hypothesis-head">
        <StateMark tone={tone} />
        <h3 className="min-w-0 flex-1 break-words font-semibold">
          {entity}
          {region && <span className="font-normal"> · {region}</span>}
        </h3>
        <span
          className="probability"
          style={{ "--part": percent(probability).replace(" ", "") } as CSSProperties}
        >
          {percent(probability)}
        </span>
        <span className={`hypothesis-word tone-${tone}`}>{word}</span>
      </div>
      <ul className="claims">
        {claims.map((claim) => (
          <li key={`${claim.evidence_id} ${claim.subject} ${claim.text}`}>
            <span className="claim-kind">{kindWord(claim.kind)}</span>
            <span className="min-w-0 flex-1 break-words">
              <ZoneText text={claim.text} at={claim.at ?? near} />
              {claim.at && (
                <span className="text-muted text-sm">
                  {" "}
                  at <Clock at={claim.at} />
                </span>
              )}
            </span>
            <EvidenceChip id={claim.evidence_id} about={claim.text} />
          </li>
        ))}
      </ul>
      {claims.length === 0 && <p className="text-muted text-sm">Nothing speaks for it.</p>}
    </li>
  );
}

const INPUT_TONES = {
  ok: "normal",
  none: "muted",
  partial: "warning",
  failed: "critical",
} as const;

function Inputs({ diagnosis: { inputs, series, engine_ms, total_ms } }: { diagnosis: Diagnosis }) {
  return (
    <Section title="What was looked at">
      <ul className="rows">
        {inputs.map(({ name, state, text, evidence_id }) => (
          <li key={name} className="row top">
            <StateMark tone={INPUT_TONES[state] ?? "warning"} />
            <div className="min-w-0 flex-1">
              <p>
                <span className="font-semibold capitalize">{name}</span>{" "}
                {state === "failed" && <span className="tone-critical">failed</span>}
              </p>
              <p className="break-words text-muted text-sm">{text}</p>
            </div>
            {evidence_id && <EvidenceChip id={evidence_id} about={text} />}
          </li>
        ))}
      </ul>
      <p className="text-muted text-sm">
        {plural(series, "series", "series")}
        {engine_ms !== null && `, judged in ${formatTook(engine_ms)}`}
        {total_ms !== null && `, ${formatTook(total_ms)} with reading`}
      </p>
    </Section>
  );
}
