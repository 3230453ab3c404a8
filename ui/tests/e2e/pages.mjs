// Every page, in both themes, on a desk and in bed: it draws, fits and is accessible.
import { DESKTOP, PHONE, soon, test, until } from "./harness.mjs";

const WIDTHS = [320, 600, 768, 1024, 1920];

const PAGES = {
  now: async ({ open, page }) => {
    await open("/");
    await page.getByRole("heading", { name: "Services", exact: true }).waitFor();
  },
  incident: async ({ open, page, api, anyIncident }) => {
    const { id } = await anyIncident();
    await open(`/incidents/${id}`);
    // The title may change meanwhile, as services join; the page follows.
    await until("the heading is the incident's title", async () => {
      const incident = await api(`/api/v1/incidents/${id}`);
      return (await page.locator("h1").innerText()) === incident.title;
    });
    // The worst that was seen is open. Where it is a rule's, its condition may hold no more.
    await page.locator('button.disclose[aria-expanded="true"]').first().waitFor();
    await until("a chart of what was seen", async () => {
      if ((await page.locator(".chart canvas").count()) > 0) return true;
      const empty = page.locator(".seen-row .empty");
      const closed = page.locator('button.disclose[aria-expanded="false"]');
      if ((await empty.count()) > 0) await closed.first().click();
      return false;
    });
  },
  alerts: async ({ open, page }) => {
    await open("/alerts");
    await page.locator(".alert-row, .empty").first().waitFor();
  },
  "on-call": async ({ open, page }) => {
    await open("/on-call");
    await page.locator(".calendar, .empty").first().waitFor();
    await page.getByRole("heading", { name: "Static check" }).waitFor();
    const list = page.locator("summary").filter({ hasText: "Shifts as a list" });
    if ((await list.count()) > 0) await list.click();
  },
  routing: async ({ open, page }) => {
    await open("/routing?q=service%3Dpayment");
    await page.locator(".policy-when").first().waitFor();
  },
  silences: async ({ open, page }) => {
    await open("/routing?view=silences");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  people: async ({ open, page }) => {
    await open("/routing?view=people");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  tell: async ({ open, page, anyIncident }) => {
    const { id } = await anyIncident();
    await open(`/incidents/${id}/tell`);
    await page.locator(".draft").waitFor();
  },
  review: async ({ open, page, anyIncident }) => {
    const { id } = await anyIncident();
    await open(`/incidents/${id}/review`);
    await page.locator(".markdown h2").first().waitFor();
  },
  dashboards: async ({ open, page }) => {
    await open("/dashboards?kind=service");
    await page.locator(".panel-grid .chart canvas").first().waitFor();
    await page.getByRole("button", { name: "Make a copy" }).click();
  },
  releases: async ({ open, page }) => {
    await open("/releases");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  simulate: async ({ open, page }) => {
    await open("/simulate");
    await page.locator("main .scenario, main .empty").first().waitFor();
  },
  comparisons: async ({ open, page }) => {
    await open("/releases?view=comparisons");
    await page.locator("main .empty, main .table").first().waitFor();
  },
  objectives: async ({ open, page }) => {
    await open("/rules?view=slos");
    await page.locator("main .empty, main .table").first().waitFor();
  },
  heartbeats: async ({ open, page }) => {
    await open("/system?view=heartbeats");
    await page.getByRole("heading", { name: "This server itself" }).waitFor();
  },
  senders: async ({ open, page }) => {
    await open("/system?view=senders");
    await page.getByRole("heading", { name: "Try a message" }).waitFor();
  },
  evidence: async ({ open, page, api }) => {
    const { anomalies } = await api("/api/v1/anomalies?limit=1");
    await open(`/e/${anomalies[0].evidence_id}`);
    await page.getByRole("heading", { name: "What was seen" }).waitFor();
  },
  metrics: async ({ open, page }) => {
    await open("/explore/metrics?q=up");
    await page.locator(".chart canvas").waitFor();
  },
  logs: async ({ open, page }) => {
    await open("/explore/logs");
    await page.locator(".histogram canvas").waitFor();
    await page.locator(".log-line").first().click();
    await page.locator(".log-fields").waitFor();
  },
  patterns: async ({ open, page }) => {
    await open("/explore/logs?view=patterns");
    await page.locator(".pattern-count").first().waitFor();
  },
  events: async ({ open, page }) => {
    await open("/explore/events");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  anomalies: async ({ open, page }) => {
    await open("/explore/anomalies");
    await page.locator("li[data-row]").first().waitFor();
  },
  traces: async ({ open, page }) => {
    await open("/explore/traces");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  changes: async ({ open, page }) => {
    await open("/changes");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  rules: async ({ open, page }) => {
    await open("/rules");
    await page.locator(".section .row, .empty").first().waitFor();
  },
  ledger: async ({ open, page }) => {
    await open("/ledger");
    await page.locator(".section .row, .section .empty").first().waitFor();
  },
  system: async ({ open, page }) => {
    await open("/system");
    await page.getByRole("button", { name: "Test HTTP server" }).click();
    await page.getByText('"status": "ready"').waitFor();
  },
  settings: async ({ open, page }) => {
    await open("/settings");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
  },
  welcome: async ({ open, page }) => {
    await open("/welcome");
    await page.getByRole("button", { name: "Health check of Gateway" }).click();
    await page.locator(".response-log li").waitFor();
    await page.locator(".log-line").first().waitFor();
  },
  docs: async ({ open, page }) => {
    await open("/docs");
    await page.getByText("/api/v1/status/now").first().waitFor();
  },
};

const RELEASE = "rel_000000000000000000000001";
const tabOf =
  (tab, heading) =>
  async ({ open, page, anyIncident }) => {
    const { id } = await anyIncident();
    await open(`/incidents/${id}/${tab}`);
    await page.getByRole("heading", { name: heading }).first().waitFor();
  };

const MOCK_PAGES = {
  why: async (tools) => {
    await tabOf("why", "Hypotheses")(tools);
    await tools.page.locator(".claims li").first().waitFor();
    await tools.page.getByRole("button", { name: "Wrong" }).click();
  },
  impact: async (tools) => {
    await tabOf("impact", "How it spread")(tools);
    await tools.page.locator(".spread-entity").first().waitFor();
  },
  "the incident's changes": async (tools) => {
    await tabOf("changes", "Changes")(tools);
    await tools.page.locator("[data-change]").first().waitFor();
    await tools.page.locator(".chart canvas").waitFor();
  },
  "a release": async ({ open, page }) => {
    await open(`/releases/${RELEASE}`);
    await page.locator(".release-checks li").first().waitFor();
  },
  map: async ({ open, page }) => {
    await open("/map?sel=service:payment");
    await page.locator(".map-table tbody tr").first().waitFor();
    await page.getByText("Users feel it at").waitFor();
  },
  "a replay": async ({ open, page }) => {
    await open("/routing?view=replay");
    await page.getByLabel(/^A configuration file/).fill("notify: {}");
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText("No longer:").waitFor();
  },
  "the rule editor": async ({ open, page }) => {
    await open("/rules?view=editor");
    await page.getByText("Right: 1 group, 1 rule").waitFor();
    await page.getByRole("button", { name: "Try it on what is stored" }).click();
    await page.getByText(/pages? a week/).waitFor();
  },
};

const bound = (tools) => ({
  page: tools.page,
  open: tools.open.bind(tools),
  api: tools.api.bind(tools),
  anyIncident: tools.anyIncident.bind(tools),
});

// Drawn once, looked at on a desk and on a phone: there in the dark, as by night, for what only a
// phone shows is the same bar on all pages.
async function lookAt(tools) {
  const { page } = tools;
  await tools.fitsWidth();
  if (process.env.BASE_URL) {
    // Of colours and widths the mock server's pages tell enough: they do not depend on who answers.
    await tools.axe();
    await page.setViewportSize(PHONE);
    return tools.fitsWidth();
  }
  await tools.axeInBothThemes();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await tools.fitsWidth();
  }
  await page.setViewportSize(PHONE);
  await tools.fitsWidth();
  await tools.setTheme("dark");
  await tools.axe();
}

for (const [name, open] of Object.entries(PAGES)) {
  test(`${name} is accessible and fits`, { viewport: DESKTOP }, async (tools) => {
    await open(bound(tools));
    await lookAt(tools);
  });
}

// With data that only the mock server has.
for (const [name, open] of Object.entries(MOCK_PAGES)) {
  test(`${name} is accessible and fits`, { mock: true, viewport: DESKTOP }, async (tools) => {
    await open(bound(tools));
    await lookAt(tools);
  });
}

test("the system's theme is there before the first paint", { theme: "dark" }, async (tools) => {
  await tools.page.goto("/", { waitUntil: "commit" });
  await until("data-theme", () =>
    tools.page.evaluate(() => document.documentElement?.dataset.theme === "dark"),
  );
});

test("dialogs and panels are accessible", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  for (const theme of ["light", "dark"]) {
    await tools.setTheme(theme);
    await tools.press("?");
    await page.getByRole("dialog", { name: "Keys and help" }).waitFor();
    await tools.axe(".dialog");
    await tools.press("Escape");
    await page.locator(".dialog").waitFor({ state: "detached" });
    await tools.press("Control+k");
    await page.getByRole("dialog", { name: "Search and actions" }).waitFor();
    await tools.axe(".dialog");
    await tools.press("Escape");
    await page.locator(".dialog").waitFor({ state: "detached" });
    for (const name of ["Settings", /Time range/]) {
      await page.getByRole("button", { name }).click();
      await page.locator(".panel").waitFor();
      await tools.axe(".panel");
      await tools.press("Escape");
      await page.locator(".panel").waitFor({ state: "detached" });
    }
  }
});

test("a chart can be stepped through by keys and read as a table", {}, async (tools) => {
  const { page } = tools;
  await PAGES.incident(bound(tools));
  const chart = page.getByRole("slider").first();
  const before = await chart.getAttribute("aria-valuetext");
  await chart.focus();
  await tools.press("Home");
  await until("another point", async () => (await chart.getAttribute("aria-valuetext")) !== before);
  await soon(() => chart.getAttribute("aria-valuenow"), "0", "the point");
  const drawn = await chart.locator("canvas").elementHandle();
  await page.emulateMedia({ colorScheme: "dark" });
  await until("the chart drawn anew", () => drawn.evaluate((canvas) => !canvas.isConnected));
  await tools.press("ArrowRight");
  await soon(() => chart.getAttribute("aria-valuenow"), "1", "the point next to the chosen one");
  await page.getByText("Values as a table").first().click();
  const table = page.locator(".scroll-box").first();
  await table.locator("tbody tr").first().waitFor();
  const rows = await table.locator("tbody tr").count();
  if (rows < 1 || rows > 50) throw new Error(`${rows} rows`);
});

test("every part of System is accessible", { mock: true }, async (tools) => {
  await tools.open("/");
  for (const view of ["cardinality", "queries", "sources", "targets", "config"]) {
    await tools.go(`/system?view=${view}`, ":is(.table, .row, dl, pre)");
    await tools.axe();
  }
});

test("every part of Detection is accessible and fits a phone", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { anomalies } = await tools.api("/api/v1/anomalies?limit=1");
  const body = JSON.stringify({ anomaly: anomalies[0].id, verdict: "noise" });
  await fetch(`${tools.baseUrl}/api/v1/feedback`, { method: "POST", body });
  await tools.open("/detection");
  await tools.page.locator(".preview-sentence").waitFor();
  await tools.page.locator("summary").first().click();
  await tools.fitsWidth();
  await tools.axeInBothThemes();
  for (const view of ["thresholds", "models"]) {
    await tools.go(`/detection?view=${view}`, ".section .table, .section .row");
    await tools.fitsWidth();
    await tools.axeInBothThemes();
  }
  await tools.go("/ledger?view=noise", ".table");
  await tools.fitsWidth();
  await tools.axeInBothThemes();
});

test("a trace is accessible and fits a phone", { mock: true, viewport: PHONE }, async (tools) => {
  const { traces } = await tools.api("/api/v1/traces");
  await tools.open(`/explore/traces/${traces[0].trace_id}`);
  await tools.page.locator(".span-open").first().click();
  await tools.fitsWidth();
  await tools.axeInBothThemes();
});
