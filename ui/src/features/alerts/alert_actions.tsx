// What is done to alerts: to those that are selected, else to the row in hand. Their incidents are
// acknowledged and merged; the alerts themselves are silenced.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import { incidentsQuery } from "../../api/queries";
import type { IncidentSummary } from "../../api/types";
import { useAction } from "../../frame/keys";
import {
  chooseFirst,
  idInHand,
  type Selection,
  SelectionBar,
  useSelection,
} from "../../frame/selection";
import { showToast } from "../../kit/toast";
import { proposeMatchers } from "../silences/matchers";
import { incidentsOf } from "./group";
import type { Alert } from "./queries";

const SilenceDialog = lazy(() => import("../silences/silence_dialog"));
const MergeManyDialog = lazy(() => import("../incident/merge_many_dialog"));

export const INCIDENTS_MAX = 500;

const TOO_FEW = "Select alerts of two incidents that are open: they become one.";

export type Silencing = (matchers: string[]) => void;

type Opened =
  | { silence: string[] }
  | { merge: [IncidentSummary, IncidentSummary, ...IncidentSummary[]] };

export function useAlertActions(alerts: Alert[]): {
  selection: Selection;
  silence: Silencing;
  layers: ReactNode; // the bar and the dialogs
} {
  const cache = useQueryClient();
  const { data } = useQuery(
    incidentsQuery({ states: ["open", "acknowledged"], limit: INCIDENTS_MAX }),
  );
  const [opened, setOpened] = useState<Opened | null>(null);
  const selection = useSelection(
    "alert",
    alerts.map(({ fingerprint }) => fingerprint),
  );
  const chosen = alerts.filter(({ fingerprint }) => selection.ids.has(fingerprint));
  const incidents = incidentsOf(chosen, data?.incidents ?? []);
  const withChosen = (run: (alerts: Alert[]) => void) => () => {
    const id = idInHand("alert");
    const inHand = alerts.filter(({ fingerprint }) => fingerprint === id);
    if (chosen.length > 0) run(chosen);
    else if (inHand.length > 0) run(inHand);
    else chooseFirst("alert");
  };
  const silence = withChosen((own) =>
    setOpened({ silence: proposeMatchers(own.map(({ labels }) => labels)) }),
  );
  const take = withChosen((own) => {
    const taken = incidentsOf(own, data?.incidents ?? []);
    if (taken.length > 0) void acknowledge(cache, ...taken);
    else showToast({ tone: "news", text: "There is no open incident to acknowledge." });
  });
  const merge = () => {
    const [first, second, ...others] = incidents;
    if (first && second) setOpened({ merge: [first, second, ...others] });
    else showToast({ tone: "news", text: TOO_FEW });
  };
  useAction("silence", silence);
  useAction("acknowledge", take);
  useAction("merge", merge);
  const close = () => setOpened(null);
  const layers = (
    <>
      <SelectionBar
        selection={selection}
        acknowledge={take}
        unacknowledged={incidents.some(({ state }) => state === "open")}
        silence={silence}
        merge={merge}
        notMerged={incidents.length < 2 ? TOO_FEW : undefined}
      />
      <Suspense fallback={null}>
        {opened && "silence" in opened && (
          <SilenceDialog matchers={opened.silence} onClose={close} />
        )}
        {opened && "merge" in opened && (
          <MergeManyDialog incidents={opened.merge} onClose={close} />
        )}
      </Suspense>
    </>
  );
  return { selection, silence: (matchers) => setOpened({ silence: matchers }), layers };
}
