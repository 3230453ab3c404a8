import { ProbeAnswer, useProbe } from "../../kit/probe";
import { StateMark } from "../../kit/state_mark";
import type { Component, ComponentState } from "./components";

const VERDICTS = { normal: "NORMAL", warning: "WARNING", critical: "CRITICAL" };

interface ComponentCardProps {
  component: Component;
  state: ComponentState;
}

export function ComponentCard({ component, state }: ComponentCardProps) {
  const { name, probe } = component;
  const { probed, running, run, clear } = useProbe(probe);
  return (
    <li className="card" data-state={VERDICTS[state.tone]} data-open={probed !== null} data-row>
      <div className="flex items-center gap-2">
        <StateMark tone={state.tone} />
        <h3 className="card-name">{name}</h3>
        <button
          type="button"
          className="button small"
          disabled={running}
          aria-label={`Test ${name}`}
          onClick={() => void run()}
        >
          {running ? "Testing…" : "Test"}
        </button>
      </div>
      <p className={`tone-${state.tone} font-semibold text-sm`}>{state.word}</p>
      {state.facts.map((fact) => (
        <p key={fact} className="card-facts">
          {fact}
        </p>
      ))}
      {probed && (
        <>
          <ProbeAnswer path={probe} probed={probed} />
          <button type="button" className="link justify-self-start text-sm" onClick={clear}>
            Put the answer away
          </button>
        </>
      )}
    </li>
  );
}
