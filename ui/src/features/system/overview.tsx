import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../../api/queries";
import { formatBytes, formatNumber, plural } from "../../kit/format";
import { Answer, Section } from "../../kit/section";
import { planQuery } from "../oncall/queries";
import { ComponentCard } from "./component_card";
import { COMPONENTS } from "./components";
import { SelfMetrics } from "./exposition";
import { flagsQuery, runtimeQuery, selfQuery } from "./queries";

export function Overview() {
  const self = useQuery(selfQuery());
  const plan = useQuery(planQuery());
  const receivers = plan.data?.receivers.length ?? null;
  return (
    <Answer what="The server's metrics" query={self} rows={6}>
      {({ now, before }) => {
        const seconds = before ? (now.at - before.at) / 1000 : 0;
        const metrics = new SelfMetrics(now.samples, before?.samples, seconds);
        return (
          <>
            <Section title="Components" count={COMPONENTS.length}>
              <ul className="cards wide">
                {COMPONENTS.map((component) => (
                  <ComponentCard
                    key={component.id}
                    component={component}
                    state={component.state(metrics, receivers)}
                  />
                ))}
              </ul>
            </Section>
            <div className="columns">
              <Ingest metrics={metrics} />
              <Storage metrics={metrics} />
            </div>
          </>
        );
      }}
    </Answer>
  );
}

const KINDS: { kind: string; label: string }[] = [
  { kind: "log", label: "Log lines" },
  { kind: "event", label: "Events" },
  { kind: "change", label: "Changes" },
  { kind: "span", label: "Spans" },
];

const REASONS: Record<string, string> = {
  invalid_labels: "labels that are not valid",
  out_of_order: "older than the window for late samples",
  conflicting: "another value at the same time",
  too_new: "from the future",
  series_limit: "too many series",
};

const rateWord = (rate: number | null) => (rate === null ? "measuring" : formatNumber(rate));

function Ingest({ metrics }: { metrics: SelfMetrics }) {
  const refused = metrics
    .by("vedette_ingest_samples_refused_total", "reason")
    .filter(({ count }) => count > 0);
  const samplesRefused = refused.reduce((sum, { count }) => sum + count, 0);
  const throttled = metrics.value("vedette_ingest_throttled_total");
  return (
    <Section title="What comes in">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="table-box" role="region" aria-label="Rates and refusals" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Per second</th>
              <th scope="col">Since the start</th>
              <th scope="col">Refused</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Samples</th>
              <td>{rateWord(metrics.rate("vedette_ingest_samples_total"))}</td>
              <td>{formatNumber(metrics.value("vedette_ingest_samples_total"))}</td>
              <td>{formatNumber(samplesRefused)}</td>
            </tr>
            {KINDS.map(({ kind, label }) => (
              <tr key={kind}>
                <th scope="row">{label}</th>
                <td>{rateWord(metrics.rate("vedette_ingest_records_total", { kind }))}</td>
                <td>{formatNumber(metrics.value("vedette_ingest_records_total", { kind }))}</td>
                <td>
                  {formatNumber(metrics.value("vedette_ingest_records_refused_total", { kind }))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-2 text-muted text-sm">
        {refused.length === 0
          ? "No sample was refused since the start."
          : `Samples were refused as ${refused
              .map(({ value, count }) => `${REASONS[value] ?? value} (${formatNumber(count)})`)
              .join(", ")}.`}
        {throttled > 0 &&
          ` ${formatNumber(throttled)} requests were over the limit of their tenant.`}
      </p>
    </Section>
  );
}

// "2160h" is 90 days; "0s" is for ever.
export function formatRetention(text: string | undefined): string {
  if (!text) return "unknown";
  const [, hours] = /^(\d+)h(?:0m)?(?:0s)?$/.exec(text) ?? [];
  if (/^0[a-z]*$/.test(text)) return "ever";
  return hours && Number(hours) % 24 === 0 ? plural(Number(hours) / 24, "day") : text;
}

function Storage({ metrics }: { metrics: SelfMetrics }) {
  const runtime = useQuery(runtimeQuery());
  const flags = useQuery(flagsQuery());
  const status = useQuery(statusQuery());
  const bytes = (name: string) => formatBytes(metrics.value(name));
  const facts: [string, string][] = [
    ["Free on the disk", bytes("vedette_storage_free_bytes")],
    ["Kept for", formatRetention(runtime.data?.storageRetention)],
    ["Data folder", flags.data?.data_dir ?? "unknown"],
    ["Series in memory", formatNumber(status.data?.ingest.series ?? 0)],
    ["Memory of open chunks", bytes("vedette_series_head_bytes")],
    ["Written to the log", bytes("vedette_series_log_bytes_total")],
    ["Lines and spans not in a block yet", bytes("vedette_records_waiting_bytes")],
    ["Blocks of lines and spans", bytes("vedette_records_sealed_bytes_total")],
    ["Damaged files set aside", formatNumber(metrics.value("vedette_storage_quarantined_files"))],
  ];
  return (
    <Section title="Storage">
      <dl className="fact-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
