// Something is tried on the days that are stored: over how many, one run at a time, and one that is no
// longer wanted is ended.
import { useEffect, useRef, useState } from "react";
import { serverNow } from "./clock";
import { Days } from "./days";
import { useRequest } from "./use_request";

const SPANS = [1, 7, 30]; // days
const DAY_MS = 86_400_000;

type Trial<T> = (from: number, to: number, signal: AbortSignal) => Promise<T>;

export function usePastTrial<T>(trial: Trial<T>) {
  const [days, setDays] = useState(7);
  const [result, setResult] = useState<T | null>(null);
  const { busy, error, run } = useRequest();
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = () =>
    run(async () => {
      running.current?.abort();
      running.current = new AbortController();
      const now = serverNow();
      setResult(await trial(now - days * DAY_MS, now, running.current.signal));
    });
  return { days, setDays, result, busy, error, start };
}

interface PastTrialBarProps {
  trial: Pick<ReturnType<typeof usePastTrial>, "days" | "setDays" | "busy" | "start">;
  label: string; // of the button
  busyLabel: string;
  ready?: boolean;
}

export function PastTrialBar({ trial, label, busyLabel, ready = true }: PastTrialBarProps) {
  const { days, setDays, busy, start } = trial;
  return (
    <>
      <Days label="Over how long" choices={SPANS} days={days} onChoose={setDays} />
      <button
        type="button"
        className="button primary"
        disabled={!ready || busy}
        onClick={() => void start()}
      >
        {busy ? busyLabel : label}
      </button>
    </>
  );
}
