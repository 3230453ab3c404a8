// Silences with what each hides; people's, and the maintenance windows of the configuration.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Toggle } from "../../frame/fields";
import { formatLabels, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { Ago, Clock } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords } from "../../kit/use_request";
import {
  expireSilence,
  putSilence,
  type Silence,
  type SilenceState,
  silencesQuery,
} from "./queries";

const SilenceDialog = lazy(() => import("./silence_dialog"));

const STATES: Record<SilenceState, { word: string; tone: Tone }> = {
  active: { word: "Active", tone: "info" },
  pending: { word: "Begins later", tone: "muted" },
  expired: { word: "Over", tone: "muted" },
};

type Opened = { matchers: string[]; change?: Silence } | null;

export function SilenceList() {
  const [old, setOld] = useState(false);
  const [opened, setOpened] = useState<Opened>(null);
  const states: SilenceState[] = old ? ["active", "pending", "expired"] : ["active", "pending"];
  const silences = useQuery(silencesQuery(states));
  const own = silences.data?.filter(({ window }) => !window) ?? [];
  const windows = silences.data?.filter(({ window }) => window) ?? [];
  return (
    <div className="stack">
      <Section
        title="Silences"
        count={own.length || undefined}
        aside={
          <>
            <Toggle label="With those that are over" on={old} change={setOld} />
            <ActButton className="button primary" onClick={() => setOpened({ matchers: [] })}>
              New silence…
            </ActButton>
          </>
        }
      >
        <Answer what="Silences" query={silences}>
          {() =>
            own.length === 0 ? (
              <Empty title="Nothing is silenced">
                <p>Alerts and incidents have a button for it, with matchers that fit them.</p>
              </Empty>
            ) : (
              <ul className="rows">
                {own.map((silence) => (
                  <SilenceRow key={silence.id} silence={silence} open={setOpened} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      <Section title="Maintenance windows" count={windows.length || undefined}>
        <Answer what="Maintenance windows" query={silences} rows={1}>
          {() =>
            windows.length === 0 ? (
              <Empty title="None at present or soon">
                <p>
                  Windows that are planned, once or every week, are written in the configuration
                  under <code>notify.maintenance</code>.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {windows.map((silence) => (
                  <SilenceRow key={silence.id} silence={silence} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      <Suspense fallback={null}>
        {opened && <SilenceDialog {...opened} onClose={() => setOpened(null)} />}
      </Suspense>
    </div>
  );
}

interface SilenceRowProps {
  silence: Silence;
  open?: (opened: Opened) => void; // without: it cannot be changed here
}

function SilenceRow({ silence, open }: SilenceRowProps) {
  const { matchers, state, starts_at, ends_at, comment, created_by, until_resolved, window } =
    silence;
  const { word, tone } = STATES[state];
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        {window && <p className="font-semibold">{window}</p>}
        <p className="flex flex-wrap gap-1.5">
          {matchers.map((one) => (
            <code key={one} className="chip">
              {one}
            </code>
          ))}
        </p>
        <p className="row-facts">
          <span>{word}</span>
          <span>
            <Clock at={starts_at} seconds={false} /> to{" "}
            {until_resolved ? "the end of it" : <Clock at={ends_at} seconds={false} />}
          </span>
          {state !== "expired" && !until_resolved && (
            <span>
              {state === "pending" ? "begins " : "ends "}
              <Ago at={state === "pending" ? starts_at : ends_at} ahead />
            </span>
          )}
          {comment && <span>{comment}</span>}
          {created_by && !window && <span>by {created_by}</span>}
        </p>
        <Hidden silence={silence} />
      </div>
      {open && <SilenceActions silence={silence} open={open} />}
    </li>
  );
}

function Hidden({ silence: { hides, state } }: { silence: Silence }) {
  if (hides.count === 0) {
    return state === "active" ? <p className="text-muted text-sm">Hides nothing now</p> : null;
  }
  return (
    <details className="row-more">
      <summary>Hides {plural(hides.count, "alert")}</summary>
      <ul className="grid gap-1">
        {hides.alerts.map(({ anomaly_id, incident_id, labels }) => (
          <li key={anomaly_id} className="break-all text-sm">
            <code>{formatLabels(labels)}</code>{" "}
            {incident_id && (
              <Link to="/incidents/$id" params={{ id: incident_id }} className="link">
                incident
              </Link>
            )}
          </li>
        ))}
      </ul>
      {hides.count > hides.alerts.length && (
        <p className="text-muted text-sm">The first {hides.alerts.length} of them.</p>
      )}
    </details>
  );
}

function SilenceActions({ silence, open }: { silence: Silence; open: (opened: Opened) => void }) {
  const cache = useQueryClient();
  const { matchers, state, ends_at, comment, until_resolved } = silence;
  const what = matchers.join(", ");
  const again = () => {
    const ending = until_resolved ? { until_resolved: true } : { ends_at };
    void putSilence(cache, { matchers, comment, ...ending }).catch((error) =>
      showToast({ tone: "error", text: `Not silenced: ${errorWords(error)}` }),
    );
  };
  const expire = async () => {
    try {
      await expireSilence(cache, silence.id);
    } catch (error) {
      showToast({ tone: "error", text: `Not ended: ${errorWords(error)}` });
      return;
    }
    showToast({
      tone: "done",
      text: "Silence ended",
      lastsMs: 8000,
      action: { label: "Undo", run: again },
    });
  };
  if (state === "expired") {
    return (
      <ActButton className="button small" onClick={() => open({ matchers })}>
        Again…
        <span className="sr-only"> {what}</span>
      </ActButton>
    );
  }
  return (
    <div className="row-buttons">
      <ActButton className="button small" onClick={() => open({ matchers, change: silence })}>
        Change…
        <span className="sr-only"> {what}</span>
      </ActButton>
      <ActButton className="button small" onClick={() => void expire()}>
        End now
        <span className="sr-only"> {what}</span>
      </ActButton>
    </div>
  );
}
