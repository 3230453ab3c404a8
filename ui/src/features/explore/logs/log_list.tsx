// Log lines, newest first. Only the rows in view are in the document; each opens to its fields.
//
// Scrolling draws the rows in view anew and nothing else. A closed row is as high as the stylesheet
// says, so that it need not be measured; those that were opened are, and on a phone all of them,
// where messages wrap.
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Log } from "../../../api/types";
import { useHeldRows } from "../../../kit/held_rows";
import { useSettings } from "../../../kit/settings";
import { NARROW } from "../../../kit/use_narrow";
import { LogLine } from "./log_line";

const ROW_REM = 1.8125; // .log-row in explore.css
const OVERSCAN = 8; // so that the next row is there for j and k

export function LogList({ logs }: { logs: Log[] }) {
  const { shown, waiting, letIn, handlers } = useHeldRows(logs);
  return (
    <div {...handlers}>
      {waiting > 0 && (
        <button type="button" className="pill" onClick={letIn}>
          {waiting} new
        </button>
      )}
      <RowsInView logs={shown} />
    </div>
  );
}

const rootFontPx = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

// How far below the top of the page the element is, kept true when what is above it grows.
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const box = element.current?.getBoundingClientRect();
      if (box) setTop(Math.round(box.top + scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}

function RowsInView({ logs }: { logs: Log[] }) {
  // Whether the row is open; a row that was never opened is not in it.
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const list = useRef<HTMLDivElement>(null);
  const top = useTop(list);
  const { density } = useSettings();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the density changes the size of letters
  const rowPx = useMemo(() => ROW_REM * rootFontPx(), [density]);
  // The same one until the rows or their height change: each new one costs a look at every row.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is a reason to look
  const keyOf = useCallback((index: number) => logs[index]?.id ?? index, [logs, rowPx]);
  const rows = useWindowVirtualizer({
    count: logs.length,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: keyOf,
  });
  const toggle = useCallback(
    (id: string) => setOpened((have) => new Map(have).set(id, !have.get(id))),
    [],
  );
  const inView = rows.getVirtualItems();
  return (
    <div
      ref={list}
      role="list"
      aria-label="Log lines"
      className="log-list"
      style={{ height: rows.getTotalSize() }}
    >
      <div
        role="presentation"
        className="log-rows"
        style={{ transform: `translateY(${(inView[0]?.start ?? top) - top}px)` }}
      >
        {inView.map(({ index, key }) => {
          const log = logs[index];
          if (!log) return null;
          const measured = NARROW.matches || opened.has(log.id);
          return (
            <div
              key={key}
              ref={measured ? rows.measureElement : undefined}
              data-index={index}
              data-row
              role="listitem"
              aria-setsize={logs.length}
              aria-posinset={index + 1}
              className="log-row"
            >
              <LogLine log={log} open={opened.get(log.id) ?? false} toggle={toggle} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
