// Which story is told next, from which seed, and how fast.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { formatDuration, plural } from "../../kit/format";
import { Permitted } from "../../kit/permitted";
import { Answer, Section } from "../../kit/section";
import { Refusal, useRequest } from "../../kit/use_request";
import { begin, type Scenario, scenariosQuery } from "./queries";
import { faultWord } from "./words";

const SPEEDS = [1, 2, 5, 10, 30];

export function ScenarioForm({ running }: { running: boolean }) {
  const scenarios = useQuery(scenariosQuery());
  return (
    <Section title="Tell a story" count={scenarios.data?.length}>
      <Answer what="Scenarios" query={scenarios} rows={5}>
        {(all) => (
          <Permitted needs="edit">
            <Form scenarios={all} running={running} />
          </Permitted>
        )}
      </Answer>
    </Section>
  );
}

function Form({ scenarios, running }: { scenarios: Scenario[]; running: boolean }) {
  const cache = useQueryClient();
  const [name, setName] = useState(scenarios[0]?.name ?? "");
  const [seed, setSeed] = useState("");
  const [speed, setSpeed] = useState("");
  const { busy, error, run } = useRequest();
  const start = () =>
    run(() =>
      begin(cache, {
        scenario: name,
        ...(seed ? { seed: Number(seed) } : {}),
        ...(speed ? { speed: Number(speed) } : {}),
      }),
    );
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <fieldset className="scenarios">
        <legend className="sr-only">Scenario</legend>
        {scenarios.map((scenario) => (
          <ScenarioChoice
            key={scenario.name}
            scenario={scenario}
            chosen={scenario.name === name}
            choose={() => setName(scenario.name)}
          />
        ))}
      </fieldset>
      <div className="toolbar">
        <label className="inline-field">
          Seed
          <input
            type="number"
            min={0}
            step={1}
            value={seed}
            placeholder="drawn"
            title="The same seed tells the same story"
            onChange={(event) => setSeed(event.target.value)}
          />
        </label>
        <label className="inline-field">
          Speed
          <select value={speed} onChange={(event) => setSpeed(event.target.value)}>
            <option value="">as it is</option>
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {one === 1 ? "real time" : `${one} times`}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button primary" disabled={busy || running || !name}>
          <Play size={14} aria-hidden /> {busy ? "Beginning…" : "Begin"}
        </button>
        {running && <span className="text-muted text-sm">One story at a time.</span>}
      </div>
      <Refusal error={error} />
    </form>
  );
}

interface ScenarioChoiceProps {
  scenario: Scenario;
  chosen: boolean;
  choose: () => void;
}

function ScenarioChoice({ scenario, chosen, choose }: ScenarioChoiceProps) {
  const { name, about, lasts_seconds, faults, harmless_changes } = scenario;
  const kinds = [...new Set(faults.map(({ type }) => faultWord(type)))];
  return (
    <label className="scenario">
      <input type="radio" name="scenario" checked={chosen} onChange={choose} />
      <span className="min-w-0">
        <span className="block font-semibold">{name.replaceAll(/[_-]/g, " ")}</span>
        <span className="block break-words text-sm">{about}</span>
        <span className="row-facts">
          <span>{formatDuration(lasts_seconds * 1000)}</span>
          <span>{kinds.length > 0 ? kinds.join(", ") : "no fault"}</span>
          {harmless_changes > 0 && <span>{plural(harmless_changes, "harmless change")}</span>}
        </span>
      </span>
    </label>
  );
}
