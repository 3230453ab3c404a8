// Map: who calls whom and how it goes, what is not well first; as a picture, and as a list.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { SelectField, TextField, Toggle } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { Clock } from "../../kit/time";
import { useNarrow } from "../../kit/use_narrow";
import { usePageTitle } from "../../kit/use_page_title";
import { EntityPanel } from "./entity_panel";
import { MapCanvas } from "./map_canvas";
import { MapList } from "./map_list";
import { type EntityKind, historyQuery, type Layout, layoutQuery } from "./queries";
import { countStates, filterScene, isBad, nameOf, ownersOf, stack } from "./scene";
import "./map.css";

// What answers requests; pods and machines are a choice.
const SERVING: EntityKind[] = ["service", "database", "queue", "external"];
const HOPS = 2;

export default function MapPage() {
  usePageTitle("Map");
  const [{ kind, focus = "", at = "" }, setWords] = useWords();
  const kinds = kind === "all" ? [] : SERVING;
  const layout = useQuery(layoutQuery({ kinds, focus, hops: HOPS, at }));
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Map</h1>
        {layout.data && <Summary layout={layout.data} />}
      </header>
      <Section title={focus ? `Around ${nameOf(focus)}` : "Who calls whom"}>
        <div className="toolbar mb-2">
          <TextField label="Name or team" word="q" main />
          <OwnerField layout={layout.data} />
          <SelectField
            label="What is shown"
            word="kind"
            all="What serves"
            options={[["all", "Pods and machines too"]]}
          />
          <ProblemsToggle layout={layout.data} />
          {focus && (
            <button
              type="button"
              className="button small"
              onClick={() => setWords({ focus: undefined })}
            >
              Show everything
            </button>
          )}
          <TimeSlider />
        </div>
        <Answer what="The map" query={layout} rows={6}>
          {(data) =>
            data.nodes.length === 0 ? (
              <Empty title="No services are known yet">
                <p>
                  They are found in spans, in metrics of calls, in Kubernetes, and can be named in
                  the configuration.
                </p>
              </Empty>
            ) : (
              <Picture layout={data} fitKey={`${focus} ${kind} ${at}`} />
            )
          }
        </Answer>
      </Section>
    </div>
  );
}

function Summary({ layout: { nodes, edges, left_out, at } }: { layout: Layout }) {
  const { critical = 0, warning = 0 } = countStates(nodes);
  return (
    <p className="text-muted">
      {plural(nodes.length, "node")}, {plural(edges.length, "call", "calls")} between them
      {critical > 0 && <span className="tone-critical">, {critical} critical</span>}
      {warning > 0 && <span className="tone-warning">, {warning} warning</span>}
      {left_out > 0 && `, ${left_out} left out`}; as of <Clock at={at} />
    </p>
  );
}

function OwnerField({ layout }: { layout: Layout | undefined }) {
  const owners = ownersOf(layout?.nodes ?? []);
  if (owners.length === 0) return null;
  return (
    <SelectField
      label="Team"
      word="team"
      all="All teams"
      options={owners.map((owner) => [owner, owner])}
    />
  );
}

// On where there are problems, unless one says otherwise: the red one is not looked for among the
// green ones.
function useProblems(layout: Layout | undefined): boolean {
  const [{ problems, focus }] = useWords();
  if (problems) return problems === "on";
  return !focus && (layout?.nodes.some(isBad) ?? false);
}

function ProblemsToggle({ layout }: { layout: Layout | undefined }) {
  const [, setWords] = useWords();
  const on = useProblems(layout);
  return (
    <Toggle
      label="Only problems"
      on={on}
      change={(next) => setWords({ problems: next ? "on" : "off" })}
    />
  );
}

// Back through the times that the server kept.
function TimeSlider() {
  const [{ at }, setWords] = useWords();
  const history = useQuery(historyQuery());
  const times = history.data ?? [];
  if (times.length < 2) return null;
  const place = at ? times.findLastIndex((time) => time <= at) : times.length;
  return (
    <label className="inline-field map-time">
      As of
      <input
        type="range"
        min={0}
        max={times.length}
        value={Math.max(0, place)}
        aria-valuetext={at ?? "now"}
        onChange={(event) => setWords({ at: times[Number(event.target.value)] })}
      />
      {at ? <Clock at={at} /> : "now"}
    </label>
  );
}

function Picture({ layout, fitKey }: { layout: Layout; fitKey: string }) {
  const [{ q = "", team = "", sel = "", at = "" }, setWords] = useWords();
  const problems = useProblems(layout);
  const narrow = useNarrow();
  const scene = useMemo(() => {
    const filtered = filterScene(layout, { text: q, owner: team, problems });
    return narrow ? stack(filtered) : filtered;
  }, [layout, q, team, problems, narrow]);
  const select = (id: string) => setWords({ sel: id || undefined });
  return (
    <>
      {scene.nodes.length === 0 && (
        <Empty title={problems ? "Nothing is wrong" : "Nothing fits"}>
          <p>{problems ? "Turn off “Only problems” to see all of it." : "Clear the filters."}</p>
        </Empty>
      )}
      <div className="map-columns" data-panel={sel !== ""}>
        <MapCanvas
          scene={scene}
          fitKey={`${fitKey} ${q} ${team} ${problems} ${narrow}`}
          selected={sel}
          select={select}
          label="Map of calls: arrows move it, plus and minus zoom, 0 shows all. The list below says the same."
        />
        {sel && <EntityPanel id={sel} at={at} close={() => select("")} select={select} />}
      </div>
      <p className="mt-1 text-muted text-sm">
        On a node: calls that arrive, how many of them fail, and how long one takes.
      </p>
      <MapList scene={scene} selected={sel} select={select} />
    </>
  );
}
