// A file of Grafana's becomes a dashboard here; what did not come over is told.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ChangeEvent, useRef, useState } from "react";
import { keptRange } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Refusal, useRequest } from "../../kit/use_request";
import { importGrafana } from "./grafana";
import { addDashboard } from "./queries";

interface Report {
  id: string;
  title: string;
  panels: number;
  left: string[];
}

export function Import() {
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [fault, setFault] = useState("");
  const { busy, error, run } = useRequest();
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setReport(null);
    const imported = readGrafana(await file.text());
    setFault(typeof imported === "string" ? imported : "");
    if (typeof imported === "string") return;
    await run(async () => {
      const { id, title, panel_count } = await addDashboard(cache, imported.dashboard);
      setReport({ id, title, panels: panel_count, left: imported.left });
    });
  };
  return (
    <div className="mt-3 grid justify-items-start gap-2">
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => void read(event)}
      />
      <ActButton className="button" disabled={busy} onClick={() => input.current?.click()}>
        Import a dashboard of Grafana’s…
      </ActButton>
      {fault && (
        <p role="alert" className="tone-critical text-sm">
          {fault}
        </p>
      )}
      <Refusal error={error} />
      {report && <ReportView {...report} />}
    </div>
  );
}

// What was read, or why nothing could be.
function readGrafana(text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "It is not JSON.";
  }
  const imported = importGrafana(json);
  if (!imported) return "It is no dashboard of Grafana’s.";
  return imported.dashboard.panels.length > 0 ? imported : "It holds no panel that asks PromQL.";
}

function ReportView({ id, title, panels, left }: Report) {
  return (
    <div role="status" className="note text-sm">
      <p>
        <Link to="/dashboards" search={{ ...keptRange(), id }} className="link">
          {title}
        </Link>{" "}
        came over with {plural(panels, "panel")}.
      </p>
      {left.length > 0 && (
        <>
          <p className="mt-1 font-medium">What did not</p>
          <ul className="list-disc pl-5">
            {left.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
