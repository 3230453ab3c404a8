// How fresh the page is, in words; pressing it stops and resumes.
import { Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "../kit/store";
import { connection, describeConnection, togglePause } from "../live/connection";

// The browser's time, since the age of the data is measured by one clock.
function useTick(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function LiveButton() {
  const state = useStore(connection);
  const now = useTick();
  const { tone, text } = describeConnection(state, Math.max(now, state.lastHeardAt));
  useEffect(() => {
    document.documentElement.dataset.live = tone;
  }, [tone]);
  return (
    <button
      type="button"
      className="bar-button live"
      data-tone={tone}
      onClick={togglePause}
      title={state.paused ? "Resume ( . )" : "Pause ( . )"}
      aria-pressed={state.paused}
    >
      <span className="live-dot" aria-hidden />
      <span data-testid="live-state">{text}</span>
      {state.paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
    </button>
  );
}
