// Dashboards for kinds of entities, of what the data holds: of each panel the first way to ask whose
// metrics are there. Pure.
import type { Dashboard, Variable } from "./dashboard";

interface Way {
  metric: string; // it needs this one
  query: string;
}

interface Kind {
  id: string;
  title: string;
  variable: Variable;
  panels: { title: string; unit?: string; ways: Way[] }[];
}

const rate = (metric: string, by: string, match: string) =>
  `sum by (${by}) (rate(${metric}{${match}}[5m]))`;

const quantile = (metric: string, match: string) =>
  `histogram_quantile(0.95, sum by (service, le) (rate(${metric}{${match}}[5m])))`;

const SERVICE = 'service=~"$service"';
const INSTANCE = 'instance=~"$instance"';

// The label of the answer has one of several names.
function errors(metric: string, labels: string[]): string {
  const failed = labels.map((label) => `rate(${metric}{${SERVICE},${label}=~"5.."}[5m])`);
  return `sum by (service) (${failed.join(" or ")}) / ${rate(metric, "service", SERVICE)}`;
}

// Of the instances of a service: each of them is a step away, in Explore.
const mean = (metric: string, match: string): Way => ({
  metric,
  query: `avg by (service) (${metric}{${match}})`,
});

const plain = (metric: string, by: string): Way => ({ metric, query: `${metric}{${by}}` });

export const KINDS: Kind[] = [
  {
    id: "service",
    title: "Services",
    variable: { name: "service", label: "service" },
    panels: [
      {
        title: "Requests per second",
        ways: ["http_requests_total", "http_server_request_duration_seconds_count"].map(
          (metric) => ({ metric, query: rate(metric, "service", SERVICE) }),
        ),
      },
      {
        title: "Share of requests that fail",
        unit: "percent",
        ways: [
          {
            metric: "http_requests_total",
            query: errors("http_requests_total", ["code", "status"]),
          },
          {
            metric: "http_server_request_duration_seconds_count",
            query: errors("http_server_request_duration_seconds_count", [
              "http_response_status_code",
            ]),
          },
        ],
      },
      {
        title: "Latency, 95th percentile",
        unit: "seconds",
        ways: [
          "http_request_duration_seconds_bucket",
          "http_server_request_duration_seconds_bucket",
          "request_duration_seconds_bucket",
        ].map((metric) => ({ metric, query: quantile(metric, SERVICE) })),
      },
      {
        title: "Processor",
        unit: "percent",
        ways: [
          mean("process_cpu_usage", SERVICE),
          {
            metric: "process_cpu_seconds_total",
            query: `avg by (service) (rate(process_cpu_seconds_total{${SERVICE}}[5m]))`,
          },
        ],
      },
      {
        title: "Memory",
        unit: "bytes",
        ways: [
          mean("process_resident_memory_bytes", SERVICE),
          mean("jvm_memory_used_bytes", SERVICE),
        ],
      },
      {
        title: "Targets that answer",
        ways: [{ metric: "up", query: `sum by (service) (up{${SERVICE}})` }],
      },
    ],
  },
  {
    id: "host",
    title: "Machines",
    variable: { name: "instance", label: "instance" },
    panels: [
      {
        title: "Processor in use",
        unit: "percent",
        ways: [
          {
            metric: "node_cpu_seconds_total",
            query: `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${INSTANCE}}[5m]))`,
          },
        ],
      },
      {
        title: "Memory in use",
        unit: "percent",
        ways: [
          {
            metric: "node_memory_MemAvailable_bytes",
            query: `1 - node_memory_MemAvailable_bytes{${INSTANCE}} / node_memory_MemTotal_bytes{${INSTANCE}}`,
          },
        ],
      },
      {
        title: "File systems in use",
        unit: "percent",
        ways: [
          {
            metric: "node_filesystem_avail_bytes",
            query: `1 - node_filesystem_avail_bytes{${INSTANCE}} / node_filesystem_size_bytes{${INSTANCE}}`,
          },
        ],
      },
      {
        title: "Network, received per second",
        unit: "bytes",
        ways: [
          {
            metric: "node_network_receive_bytes_total",
            query: rate("node_network_receive_bytes_total", "instance", INSTANCE),
          },
        ],
      },
      { title: "Load", ways: [plain("node_load1", INSTANCE)] },
    ],
  },
];

// Null when the data holds nothing of the kind.
export function builtIn(id: string, metrics: ReadonlySet<string>): Dashboard | null {
  const kind = KINDS.find((one) => one.id === id);
  const panels = kind?.panels.flatMap(({ title, unit, ways }) => {
    const way = ways.find(({ metric }) => metrics.has(metric));
    return way ? [{ title, query: way.query, ...(unit && { unit }) }] : [];
  });
  if (!kind || !panels || panels.length === 0) return null;
  return { title: kind.title, variables: [kind.variable], panels };
}
