// What the keys after "t" do: shift, zoom, copy and paste the time range.
import { copyText } from "../kit/clipboard";
import { showToast } from "../kit/toast";
import { useAction } from "./keys";
import { parsePasted, shiftRange, zoomRange } from "./time_moves";
import { absoluteLink, useTimeRange } from "./use_time_range";

export function useTimeActions(): void {
  const { range, change, setRange } = useTimeRange();
  useAction("time-back", () => change((interval) => shiftRange(interval, -1)));
  useAction("time-forth", () => change((interval) => shiftRange(interval, 1)));
  useAction("time-out", () => change((interval) => zoomRange(interval, 2)));
  useAction("time-in", () => change((interval) => zoomRange(interval, 0.5)));
  useAction("time-in-same", () => change((interval) => zoomRange(interval, 0.5)));
  useAction("time-absolute", () => change((interval) => interval));
  useAction("time-copy", () => {
    const url = new URL(absoluteLink(range));
    const { from, to } = Object.fromEntries(url.searchParams);
    void copyText(`${from} to ${to}`, "Time range");
  });
  useAction("time-paste", () => {
    void navigator.clipboard
      .readText()
      .then(parsePasted)
      .catch(() => null)
      .then((pasted) => {
        if (pasted) setRange(pasted);
        else showToast({ tone: "error", text: "The clipboard holds no time range." });
      });
  });
}
