// One dashboard: its variables, its panels in a grid, and a way to change them. The address holds
// what is shown.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Link2, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { labelValuesQuery } from "../../api/data_queries";
import { runAction } from "../../frame/keys";
import { useWords } from "../../frame/search_words";
import { showToast } from "../../kit/toast";
import { usePageTitle } from "../../kit/use_page_title";
import { type Dashboard, encodeDashboard, fillQuery, PANELS_MAX, type Panel } from "./dashboard";
import { keep } from "./kept";
import { PanelView } from "./panel_view";

const VALUES_MAX = 500;

interface DashboardViewProps {
  dashboard: Dashboard;
  own?: boolean; // its definition is in the address
}

export function DashboardView({ dashboard, own = false }: DashboardViewProps) {
  const [words] = useWords();
  const [editing, setEditing] = useState(false);
  usePageTitle(dashboard.title);
  const { title, variables, panels } = dashboard;
  const values = Object.fromEntries(variables.map(({ name }) => [name, words[`v_${name}`]]));
  return (
    <div className="stack">
      <header className="page-head">
        <Link to="/dashboards" className="link inline-flex items-center gap-1 text-sm">
          <ArrowLeft size={14} aria-hidden /> Dashboards
        </Link>
        <h1>{title}</h1>
        <div className="toolbar">
          {variables.map(({ name, label }) => (
            <VariableField key={name} name={name} label={label} />
          ))}
          <button
            type="button"
            className="button small"
            aria-pressed={editing}
            onClick={() => setEditing(!editing)}
          >
            <Pencil size={14} aria-hidden /> {own ? "Change" : "Make a copy"}
          </button>
          <button type="button" className="button small" onClick={() => runAction("permalink")}>
            <Link2 size={14} aria-hidden /> Copy link
          </button>
        </div>
      </header>
      {editing && <Editor dashboard={dashboard} close={() => setEditing(false)} />}
      <div className="panel-grid">
        {panels.map((panel) => (
          <PanelView
            key={`${panel.title} ${panel.query}`}
            title={panel.title}
            query={fillQuery(panel.query, values)}
          />
        ))}
      </div>
    </div>
  );
}

function VariableField({ name, label }: { name: string; label: string }) {
  const [words, setWords] = useWords();
  const values = useQuery(labelValuesQuery(label, "", VALUES_MAX));
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

function Editor({ dashboard, close }: { dashboard: Dashboard; close: () => void }) {
  const [, setWords] = useWords();
  const [title, setTitle] = useState(dashboard.title);
  const [panels, setPanels] = useState<Panel[]>(dashboard.panels);
  const change = (index: number, part: Partial<Panel>) =>
    setPanels(panels.map((panel, at) => (at === index ? { ...panel, ...part } : panel)));
  const save = () => {
    const next = { ...dashboard, title, panels: panels.filter(({ query }) => query.trim()) };
    keep(next);
    setWords({ d: encodeDashboard(next), kind: undefined });
    showToast({ tone: "done", text: "Kept in this browser; the link holds all of it" });
    close();
  };
  return (
    <form
      className="section grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="field">
        Name
        <input
          value={title}
          required
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      {panels.map((panel, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: panels have no other name while they are written
        <div key={index} className="panel-edit">
          <input
            aria-label={`Title of panel ${index + 1}`}
            value={panel.title}
            maxLength={200}
            placeholder="Title"
            onChange={(event) => change(index, { title: event.target.value })}
          />
          <input
            aria-label={`Query of panel ${index + 1}`}
            className="mono"
            value={panel.query}
            maxLength={4000}
            spellCheck={false}
            placeholder="PromQL"
            onChange={(event) => change(index, { query: event.target.value })}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove panel ${index + 1}`}
            onClick={() => setPanels(panels.filter((_, at) => at !== index))}
          >
            <Trash2 size={16} aria-hidden />
          </button>
        </div>
      ))}
      <div className="actions">
        <button
          type="button"
          className="button"
          disabled={panels.length >= PANELS_MAX}
          onClick={() => setPanels([...panels, { title: "", query: "" }])}
        >
          <Plus size={14} aria-hidden /> Panel
        </button>
        <button type="submit" className="button primary" disabled={panels.length === 0}>
          Keep
        </button>
      </div>
    </form>
  );
}
