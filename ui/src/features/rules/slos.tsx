// Objectives: what was promised, how much of the error budget is left, and how fast it burns.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";
import { keptRange } from "../../frame/use_time_range";
import { formatNumber, formatPeriod, formatValue } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { TableBox } from "../../kit/table_box";

type Slo = components["schemas"]["Slo"];
type Budget = components["schemas"]["SloBudget"];

const REFRESH_MS = 30_000;

const slosQuery = () =>
  queryOptions({
    queryKey: ["slos"] as const,
    queryFn: async ({ signal }) => (await ask(client.GET("/api/v1/slos", { signal }))).slos,
    refetchInterval: REFRESH_MS,
  });

const STATES: Record<Budget["state"], { tone: Tone; word: string }> = {
  ok: { tone: "normal", word: "Kept" },
  info: { tone: "info", word: "Burns" },
  warning: { tone: "warning", word: "Burns fast" },
  critical: { tone: "critical", word: "Burns very fast" },
};

export function Slos() {
  const slos = useQuery(slosQuery());
  return (
    <Answer what="Objectives" query={slos} rows={5}>
      {(list) =>
        list.length === 0 ? (
          <Empty title="No objectives yet">
            <p>
              They stand beside rules, under <code>slos</code> in a rule file: a share of requests
              that must go well, and the time over which it is counted.
            </p>
          </Empty>
        ) : (
          <div className="stack">
            {list.map((slo) => (
              <SloSection key={`${slo.file} ${slo.name}`} slo={slo} />
            ))}
          </div>
        )
      }
    </Answer>
  );
}

function SloSection({ slo }: { slo: Slo }) {
  const { name, description, objective, window, query, budgets, alerts, error } = slo;
  return (
    <Section
      title={name}
      aside={
        <Link to="/explore/metrics" search={{ ...keptRange(), q: query }} className="link text-sm">
          Explore<span className="sr-only"> the bad share of {name}</span>
        </Link>
      }
    >
      <p className="mb-2 break-words text-sm">
        <strong>
          {formatNumber(objective)} % over {formatPeriod(window)}
        </strong>
        {description && ` · ${description}`}
        {alerts.length > 0 && (
          <span className="text-muted">
            {" "}
            · told at {alerts.map(({ factor }) => `${formatNumber(factor)}×`).join(", ")} the pace
          </span>
        )}
      </p>
      {error && <p className="tone-critical break-words text-sm">{error}</p>}
      {budgets.length === 0 && !error && <Empty title="No traffic in its window" />}
      {budgets.length > 0 && (
        <TableBox label={`Budgets of ${name}`}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Of</th>
                <th scope="col" className="word">
                  State
                </th>
                <th scope="col" className="word">
                  Budget left
                </th>
                {["Bad share", "Lasts for", "Burn rate, shortest window"].map((word) => (
                  <th key={word} scope="col" className="num">
                    {word}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {budgets.map((budget) => (
                <BudgetRow key={JSON.stringify(budget.labels)} budget={budget} window={window} />
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  );
}

function BudgetRow({ budget, window }: { budget: Budget; window: string }) {
  const { labels, state, error_ratio, remaining, lasts_for, burn_rates } = budget;
  const { tone, word } = STATES[state] ?? STATES.warning;
  const part = `${Math.min(1, Math.max(0, remaining)) * 100}%`;
  const [burn] = burn_rates;
  return (
    <tr>
      <th scope="row">{Object.values(labels).join(", ") || "all"}</th>
      <td className="word">
        <span
          className={`tone-${tone} inline-flex items-center gap-1.5 whitespace-nowrap font-semibold`}
        >
          <StateMark tone={tone} size={14} /> {word}
        </span>
      </td>
      <td className="word">
        <span className="budget" data-tone={tone} style={{ "--part": part } as CSSProperties}>
          <span className="budget-bar" aria-hidden />
          {remaining < 0 ? "overdrawn, " : ""}
          {formatValue(Math.round(remaining * 1000) / 1000, "percent")}
        </span>
      </td>
      <td>{formatValue(error_ratio, "percent")}</td>
      <td>
        {remaining <= 0
          ? "used up"
          : lasts_for
            ? formatPeriod(lasts_for)
            : `the whole ${formatPeriod(window)}`}
      </td>
      <td>{burn ? `${formatNumber(burn.rate)}× over ${burn.window}` : "none"}</td>
    </tr>
  );
}
