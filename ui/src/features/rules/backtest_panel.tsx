// What the rules would have done over what is stored: episodes, pages, and when.
import type { CSSProperties } from "react";
import { formatLabels, formatNumber, plural } from "../../kit/format";
import { PastTrialBar, usePastTrial } from "../../kit/past_trial";
import { Empty, Section } from "../../kit/section";
import { StateMark, severityTone } from "../../kit/state_mark";
import { Clock } from "../../kit/time";
import { Refusal } from "../../kit/use_request";
import { type Backtest, type BacktestRule, backtest, type Episode } from "./editor_queries";

const EPISODES_SHOWN = 20;

export function BacktestPanel({ rules, ready }: { rules: string; ready: boolean }) {
  const trial = usePastTrial(async (from, to, signal) => ({
    rules,
    answer: await backtest(rules, from, to, signal),
  }));
  const { result, busy, error } = trial;
  return (
    <Section title="Back-test">
      <div className="toolbar">
        <PastTrialBar
          trial={trial}
          ready={ready}
          label="Try it on what is stored"
          busyLabel="Trying…"
        />
      </div>
      <Refusal error={error} />
      {!result && !busy && (
        <p className="mt-2 text-muted text-sm">
          When each rule would have fired, and whether it would have paged. Nothing is stored, and
          nobody is told.
        </p>
      )}
      {result && (
        <div role="status" className="mt-3 grid gap-3">
          {result.rules !== rules && <p className="note">The text has changed since.</p>}
          <Result answer={result.answer} />
        </div>
      )}
    </Section>
  );
}

function Result({ answer }: { answer: Backtest }) {
  const { summary, rules, complete, reached, from, to } = answer;
  return (
    <>
      <p>
        <span className="font-semibold">
          {plural(summary.episodes, "episode")}, {plural(summary.pages, "page")}
        </span>
        : {formatNumber(summary.pages_per_week)} {summary.pages_per_week === 1 ? "page" : "pages"} a
        week.{" "}
        <span className="text-muted text-sm">
          <Clock at={from} seconds={false} /> to <Clock at={to} seconds={false} />
        </span>
      </p>
      {!complete && (
        <p className="note">
          It took too long and ended at <Clock at={reached} seconds={false} />.
        </p>
      )}
      {rules.length === 0 && <Empty title="No rule of these alerts" />}
      {rules.map((rule) => (
        <RuleResult key={`${rule.group} ${rule.name} ${rule.line}`} rule={rule} />
      ))}
    </>
  );
}

function RuleResult({ rule }: { rule: BacktestRule }) {
  const { name, episodes_total, pages_total, firing, episodes, days, failures, last_error } = rule;
  return (
    <div className="backtest-rule">
      <h3 className="font-semibold">{name}</h3>
      <p className="text-sm">
        {episodes_total === 0
          ? "Would not have fired"
          : `Would have fired ${episodes_total === 1 ? "once" : `${episodes_total} times`}, ${firing} in all, and paged ${pages_total === 0 ? "never" : plural(pages_total, "time")}`}
      </p>
      {failures > 0 && (
        <p className="tone-critical text-sm">
          {plural(failures, "evaluation")} failed: {last_error}
        </p>
      )}
      <DayStrip days={days} />
      {episodes.length > 0 && (
        <details className="row-more">
          <summary>{plural(episodes_total, "episode")}</summary>
          <ul className="rows">
            {episodes.slice(0, EPISODES_SHOWN).map((one) => (
              <EpisodeRow key={`${one.started_at} ${formatLabels(one.labels)}`} episode={one} />
            ))}
          </ul>
          {episodes_total > EPISODES_SHOWN && (
            <p className="text-muted text-sm">The first {EPISODES_SHOWN} of them.</p>
          )}
        </details>
      )}
    </div>
  );
}

// A column for each day: as high as it had episodes, solid where it would have paged.
function DayStrip({ days }: { days: BacktestRule["days"] }) {
  const most = Math.max(1, ...days.map(({ episodes }) => episodes));
  const words = days
    .filter(({ episodes }) => episodes > 0)
    .map(({ date, episodes, pages }) => `${date}: ${episodes}, ${pages} paged`)
    .join("; ");
  return (
    <div className="day-strip" role="img" aria-label={words || "No episodes on any day"}>
      {days.map(({ date, episodes, pages }) => (
        <span
          key={date}
          data-pages={pages > 0}
          data-none={episodes === 0}
          style={{ "--part": `${(episodes / most) * 100}%` } as CSSProperties}
          title={`${date}: ${plural(episodes, "episode")}, ${plural(pages, "page")}`}
        />
      ))}
    </div>
  );
}

function EpisodeRow({ episode }: { episode: Episode }) {
  const { labels, severity, started_at, ended_at, duration, peak, pages, started_before } = episode;
  return (
    <li className="row top">
      <StateMark tone={severityTone(severity)} size={14} />
      <div className="min-w-0 flex-1 text-sm">
        <p>
          {started_before ? "before " : ""}
          <Clock at={started_at} /> {ended_at ? `for ${duration}` : "until the end"}
          {pages && <span className="badge ml-2">pages</span>}
        </p>
        <p className="break-all text-muted">
          <code>{formatLabels(labels)}</code>
          {peak !== null && `, at worst ${formatNumber(peak)}`}
        </p>
      </div>
    </li>
  );
}
