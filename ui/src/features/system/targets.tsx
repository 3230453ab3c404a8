// Targets of scrapes, those that fail first, each with its last error.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatTook } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { Ago } from "../../kit/time";
import { targetsQuery } from "./queries";

const HEALTH: Record<string, { tone: Tone; word: string; rank: number }> = {
  down: { tone: "critical", word: "Fails", rank: 0 },
  unknown: { tone: "muted", word: "Not asked yet", rank: 1 },
  up: { tone: "normal", word: "Answers", rank: 2 },
};
const ROWS_FIRST = 50;

export function Targets() {
  const targets = useQuery(targetsQuery());
  const [all, setAll] = useState(false);
  const active = targets.data?.activeTargets ?? [];
  const sorted = [...active].sort(
    (a, b) =>
      (HEALTH[a.health]?.rank ?? 1) - (HEALTH[b.health]?.rank ?? 1) ||
      (a.scrapeUrl < b.scrapeUrl ? -1 : 1),
  );
  const shown = all ? sorted : sorted.slice(0, ROWS_FIRST);
  return (
    <Section title="Targets of scrapes" count={active.length || undefined}>
      <Answer what="Targets" query={targets} rows={5}>
        {() =>
          active.length === 0 ? (
            <Empty title="Nothing is scraped">
              <p>
                Targets are named in the configuration under <code>scrape_configs</code>, in
                Prometheus’ form.
              </p>
            </Empty>
          ) : (
            <>
              <ul className="rows">
                {shown.map((target) => {
                  const health = HEALTH[target.health] ?? HEALTH.unknown;
                  const asked = Date.parse(target.lastScrape) > 0;
                  return (
                    <li key={`${target.scrapePool} ${target.scrapeUrl}`} className="row top">
                      <StateMark tone={health?.tone ?? "muted"} />
                      <div className="min-w-0 flex-1">
                        <p className="break-all font-medium">{target.scrapeUrl}</p>
                        <p className="row-facts">
                          <span>{target.scrapePool}</span>
                          <span>every {target.scrapeInterval}</span>
                          {asked && (
                            <span>took {formatTook(target.lastScrapeDuration * 1000)}</span>
                          )}
                        </p>
                        {target.lastError && (
                          <p className="tone-critical break-words text-sm">{target.lastError}</p>
                        )}
                      </div>
                      <p className="row-times">
                        <span className={`tone-${health?.tone} font-semibold`}>{health?.word}</span>
                        {asked && <Ago at={target.lastScrape} />}
                      </p>
                    </li>
                  );
                })}
              </ul>
              {sorted.length > shown.length && (
                <button type="button" className="button mt-2" onClick={() => setAll(true)}>
                  Show {sorted.length - shown.length} more
                </button>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  );
}
