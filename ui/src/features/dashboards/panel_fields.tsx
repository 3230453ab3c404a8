// The panels of a dashboard that is being changed: a row of fields for each.
import { ArrowUp, Plus, Trash2 } from "lucide-react";
import { UNIT_NAMES } from "../../kit/format";
import { PANELS_MAX, type Panel, QUERY_CHARS_MAX, TITLE_CHARS_MAX } from "./dashboard";

interface PanelFieldsProps {
  panels: Panel[];
  change: (panels: Panel[]) => void;
}

export function PanelFields({ panels, change }: PanelFieldsProps) {
  const put = (index: number, part: Partial<Panel>) =>
    change(panels.map((panel, at) => (at === index ? { ...panel, ...part } : panel)));
  return (
    <fieldset className="grid gap-2">
      <legend className="part-head">Panels</legend>
      {panels.map((panel, index) => (
        <PanelRow
          // biome-ignore lint/suspicious/noArrayIndexKey: panels have no other name while they are written
          key={index}
          panel={panel}
          number={index + 1}
          put={(part) => put(index, part)}
          remove={() => change(panels.toSpliced(index, 1))}
          raise={() => change(panels.toSpliced(index, 1).toSpliced(index - 1, 0, panel))}
        />
      ))}
      <div>
        <button
          type="button"
          className="button small"
          disabled={panels.length >= PANELS_MAX}
          onClick={() => change([...panels, { title: "", query: "" }])}
        >
          <Plus size={14} aria-hidden /> Panel
        </button>
      </div>
    </fieldset>
  );
}

interface PanelRowProps {
  panel: Panel;
  number: number;
  put: (part: Partial<Panel>) => void;
  remove: () => void;
  raise: () => void;
}

function PanelRow({ panel, number, put, remove, raise }: PanelRowProps) {
  return (
    <div className="panel-edit">
      <input
        aria-label={`Title of panel ${number}`}
        value={panel.title}
        required
        maxLength={TITLE_CHARS_MAX}
        placeholder="Title"
        onChange={(event) => put({ title: event.target.value })}
      />
      <input
        aria-label={`Query of panel ${number}`}
        className="mono"
        value={panel.query}
        required
        maxLength={QUERY_CHARS_MAX}
        spellCheck={false}
        placeholder="PromQL"
        onChange={(event) => put({ query: event.target.value })}
      />
      <select
        aria-label={`Kind of panel ${number}`}
        value={panel.kind ?? ""}
        onChange={(event) => put({ kind: (event.target.value || undefined) as Panel["kind"] })}
      >
        <option value="">lines</option>
        <option value="table">table</option>
        <option value="heatmap">heat map</option>
      </select>
      <select
        aria-label={`Unit of panel ${number}`}
        value={panel.unit ?? ""}
        onChange={(event) => put({ unit: event.target.value || undefined })}
      >
        <option value="">plain numbers</option>
        {UNIT_NAMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <div className="panel-tools">
        <label className="check text-sm">
          <input
            type="checkbox"
            checked={panel.wide ?? false}
            onChange={(event) => put({ wide: event.target.checked || undefined })}
          />
          Wide<span className="sr-only"> panel {number}</span>
        </label>
        <button
          type="button"
          className="icon-button"
          aria-label={`Move panel ${number} up`}
          disabled={number === 1}
          onClick={raise}
        >
          <ArrowUp size={16} aria-hidden />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Remove panel ${number}`}
          onClick={remove}
        >
          <Trash2 size={16} aria-hidden />
        </button>
      </div>
    </div>
  );
}
