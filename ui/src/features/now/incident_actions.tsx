// What is done to incidents of the list: to those that are selected, else to the row in hand.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import type { IncidentSummary } from "../../api/types";
import { useAction } from "../../frame/keys";
import {
  chooseFirst,
  idInHand,
  type Selection,
  SelectionBar,
  useSelection,
} from "../../frame/selection";
import { afterFocusBack } from "../../kit/focus";

const ResolveDialog = lazy(() => import("../incident/resolve_dialog"));
const SilenceIncidents = lazy(() => import("../silences/silence_incidents"));
const MergeDialog = lazy(() => import("../incident/merge_dialog"));
const MergeManyDialog = lazy(() => import("../incident/merge_many_dialog"));

interface Opened {
  dialog: "resolve" | "silence" | "merge";
  incidents: IncidentSummary[];
}

export function useIncidentActions(list: IncidentSummary[]): {
  selection: Selection;
  layers: ReactNode; // the bar and the dialogs
} {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<Opened | null>(null);
  const selection = useSelection(
    "incident",
    list.map(({ id }) => id),
  );
  const chosen = list.filter(({ id }) => selection.ids.has(id));
  const withRow = (run: (incident: IncidentSummary) => void) => () => {
    const id = idInHand("incident");
    const found = list.find((one) => one.id === id);
    if (found) run(found);
    else chooseFirst("incident");
  };
  const withChosen = (run: (incidents: IncidentSummary[]) => void) =>
    chosen.length > 0 ? () => run(chosen) : withRow((found) => run([found]));
  const open = (dialog: Opened["dialog"]) => (incidents: IncidentSummary[]) =>
    setOpened({ dialog, incidents });
  const take = withChosen((incidents) => void acknowledge(cache, ...incidents));
  const silence = withChosen(open("silence"));
  const merge = withChosen(open("merge"));
  useAction("acknowledge", take);
  useAction("silence", silence);
  useAction("merge", merge);
  useAction(
    "resolve",
    withRow((found) => open("resolve")([found])),
  );
  useAction(
    "comment",
    withRow(({ id }) => void navigate({ to: "/incidents/$id", params: { id }, hash: "comment" })),
  );
  const close = () => {
    const at = list.findIndex(({ id }) => id === opened?.incidents[0]?.id);
    setOpened(null);
    afterFocusBack(() => focusRowAt(at));
  };
  const layers = (
    <>
      <SelectionBar
        selection={selection}
        acknowledge={take}
        unacknowledged={chosen.some(({ state }) => state === "open")}
        silence={silence}
        merge={merge}
      />
      <Suspense fallback={null}>{opened && <OpenDialog opened={opened} close={close} />}</Suspense>
    </>
  );
  return { selection, layers };
}

interface OpenDialogProps {
  opened: Opened;
  close: () => void;
}

function OpenDialog({ opened: { dialog, incidents }, close }: OpenDialogProps) {
  const [first, second, ...others] = incidents;
  if (!first) return null;
  if (dialog === "resolve") return <ResolveDialog incident={first} onClose={close} />;
  if (dialog === "silence") return <SilenceIncidents incidents={incidents} onClose={close} />;
  return second ? (
    <MergeManyDialog incidents={[first, second, ...others]} onClose={close} />
  ) : (
    <MergeDialog incident={first} onClose={close} />
  );
}

// The row that was acted on may be gone; the one in its place is next.
function focusRowAt(at: number): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  const rows = document.querySelectorAll<HTMLElement>("[data-incident] .row-title");
  (rows[at] ?? rows[rows.length - 1] ?? document.getElementById("main"))?.focus();
}
