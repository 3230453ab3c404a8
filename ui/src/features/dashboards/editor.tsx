// Changing a dashboard: what is written is drawn below at once and saved on the server.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { keptRange } from "../../frame/use_time_range";
import { FormEnd } from "../../kit/form_end";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { type Dashboard, TITLE_CHARS_MAX, VARIABLES_MAX, type Variable } from "./dashboard";
import { PanelFields } from "./panel_fields";
import { addDashboard, putDashboard } from "./queries";

interface EditorProps {
  draft: Dashboard;
  setDraft: (draft: Dashboard | null) => void; // null: no longer changed
  stored?: { id: string; revision: number }; // none: it becomes a new one
}

export function Editor({ draft, setDraft, stored }: EditorProps) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { busy, error, run } = useRequest();
  const save = () =>
    run(async () => {
      const { id } = stored
        ? await putDashboard(cache, stored.id, stored.revision, draft)
        : await addDashboard(cache, draft);
      if (!stored) await navigate({ to: "/dashboards", search: { ...keptRange(), id } });
      showToast({ tone: "done", text: "Saved; the link of this page shares it" });
      setDraft(null);
    });
  return (
    <form
      className="section grid gap-3"
      aria-label="Change the dashboard"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label className="field max-w-sm">
        Name
        <input
          value={draft.title}
          required
          maxLength={TITLE_CHARS_MAX}
          onChange={(event) => setDraft({ ...draft, title: event.target.value })}
        />
      </label>
      <VariableFields
        variables={draft.variables}
        change={(variables) => setDraft({ ...draft, variables })}
      />
      <PanelFields panels={draft.panels} change={(panels) => setDraft({ ...draft, panels })} />
      <Refusal error={error} />
      <FormEnd onCancel={() => setDraft(null)} disabled={busy || draft.panels.length === 0}>
        Save
      </FormEnd>
    </form>
  );
}

interface VariableFieldsProps {
  variables: Variable[];
  change: (variables: Variable[]) => void;
}

function VariableFields({ variables, change }: VariableFieldsProps) {
  const put = (index: number, part: Partial<Variable>) =>
    change(variables.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <fieldset className="grid gap-2">
      <legend className="part-head">Variables: queries name them as $name</legend>
      {variables.map((variable, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: variables have no other name while they are written
        <div key={index} className="variable-edit">
          <input
            aria-label={`Name of variable ${index + 1}`}
            value={variable.name}
            required
            pattern="\w+"
            title="Letters, digits and _"
            maxLength={TITLE_CHARS_MAX}
            placeholder="Name"
            onChange={(event) => put(index, { name: event.target.value })}
          />
          <input
            aria-label={`Label of variable ${index + 1}`}
            value={variable.label}
            required
            maxLength={TITLE_CHARS_MAX}
            placeholder="Label whose values are chosen"
            onChange={(event) => put(index, { label: event.target.value })}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove variable ${index + 1}`}
            onClick={() => change(variables.toSpliced(index, 1))}
          >
            <Trash2 size={16} aria-hidden />
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          className="button small"
          disabled={variables.length >= VARIABLES_MAX}
          onClick={() => change([...variables, { name: "", label: "" }])}
        >
          <Plus size={14} aria-hidden /> Variable
        </button>
      </div>
    </fieldset>
  );
}
