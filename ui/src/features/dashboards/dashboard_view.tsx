// One dashboard: its variables, the time it is compared with, its panels in a grid, and a way to
// change them. The address holds what was chosen.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Link2, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { labelValuesQuery } from "../../api/data_queries";
import { runAction } from "../../frame/keys";
import { useWords } from "../../frame/search_words";
import { keptRange, useRefreshMs } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { ActButton, Permitted } from "../../kit/permitted";
import { Ago } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { usePageTitle } from "../../kit/use_page_title";
import { errorWords } from "../../kit/use_request";
import { CompareField } from "../explore/metrics/compare_field";
import {
  type Dashboard,
  definitionOf,
  fillQuery,
  fillTitle,
  type StoredDashboard,
} from "./dashboard";
import { Editor } from "./editor";
import { PanelView } from "./panel_view";
import { putDashboard, removeDashboard } from "./queries";

const VALUES_MAX = 500;

interface DashboardViewProps {
  dashboard: Dashboard;
  stored?: StoredDashboard; // none: a built one, or one that is new
  fresh?: boolean; // opened to be changed
}

export function DashboardView({ dashboard, stored, fresh = false }: DashboardViewProps) {
  const [words] = useWords();
  const [draft, setDraft] = useState<Dashboard | null>(fresh ? dashboard : null);
  const { title, variables, panels } = draft ?? dashboard;
  usePageTitle(title || "Dashboard");
  const values = Object.fromEntries(variables.map(({ name }) => [name, words[`v_${name}`]]));
  return (
    <div className="stack">
      <header className="page-head">
        <Link
          to="/dashboards"
          search={{ ...keptRange() }}
          className="link inline-flex items-center gap-1 text-sm"
        >
          <ArrowLeft size={14} aria-hidden /> Dashboards
        </Link>
        <h1>{title || "Dashboard"}</h1>
        <Freshness stored={stored} />
      </header>
      <div className="toolbar">
        {variables.map(({ name, label }) => (
          <VariableField key={name} name={name} label={label} />
        ))}
        <CompareField />
        <div className="ml-auto flex flex-wrap gap-2">
          <ActButton
            className="button small"
            aria-pressed={draft !== null}
            onClick={() => setDraft(draft ? null : dashboard)}
          >
            <Pencil size={14} aria-hidden /> {stored || fresh ? "Change" : "Make a copy"}
          </ActButton>
          <button type="button" className="button small" onClick={() => runAction("permalink")}>
            <Link2 size={14} aria-hidden /> Copy link
          </button>
          {stored && <RemoveButton stored={stored} />}
        </div>
      </div>
      {draft && (
        <Permitted>
          <Editor draft={draft} setDraft={setDraft} stored={stored} />
        </Permitted>
      )}
      <div className="panel-grid">
        {panels.map((panel, index) => (
          <PanelView
            // biome-ignore lint/suspicious/noArrayIndexKey: a panel that is written keeps its chart
            key={index}
            {...panel}
            title={fillTitle(panel.title, values) || `Panel ${index + 1}`}
            query={fillQuery(panel.query, values)}
          />
        ))}
      </div>
    </div>
  );
}

// How old what is seen may be, and whose work it is.
function Freshness({ stored }: { stored?: StoredDashboard }) {
  const refreshMs = useRefreshMs();
  return (
    <p className="row-facts">
      {refreshMs > 0 && <span>read anew every {plural(refreshMs / 1000, "second")}</span>}
      {stored && (
        <span>
          saved by {stored.updated_by} <Ago at={stored.updated_at} />
        </span>
      )}
    </p>
  );
}

function RemoveButton({ stored }: { stored: StoredDashboard }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    try {
      await navigate({ to: "/dashboards", search: { ...keptRange() } });
      await removeDashboard(cache, stored.id);
      const undo = () =>
        void putDashboard(cache, stored.id, 0, definitionOf(stored)).catch((error: unknown) =>
          showToast({ tone: "error", text: errorWords(error) }),
        );
      showToast({
        tone: "done",
        text: `“${stored.title}” was removed`,
        lastsMs: 10_000,
        action: { label: "Undo", run: undo },
      });
    } catch (error) {
      showToast({ tone: "error", text: errorWords(error) });
    }
  };
  return (
    <ActButton className="button small" onClick={() => void remove()}>
      <Trash2 size={14} aria-hidden /> Remove
    </ActButton>
  );
}

function VariableField({ name, label }: { name: string; label: string }) {
  const [words, setWords] = useWords();
  const values = useQuery({
    ...labelValuesQuery(label, "", VALUES_MAX),
    enabled: label !== "",
    retry: false,
  });
  const word = `v_${name}`;
  return (
    <label className="inline-field">
      {name}
      <select
        value={words[word] ?? ""}
        onChange={(event) => setWords({ [word]: event.target.value || undefined })}
      >
        <option value="">All</option>
        {values.data?.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
