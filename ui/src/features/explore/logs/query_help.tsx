// The log query language on one card. Each example can be taken.
import "../../../kit/nonce";
import { CircleHelp } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useWords } from "../../../frame/search_words";

const EXAMPLES: [query: string, finds: string][] = [
  ['"connection refused"', "a phrase, in any case"],
  ["*efus*", "a part of a word"],
  ['~"time[d]? out"', "what fits an expression"],
  ["level>=warning service=order", "warnings and worse of one service"],
  ["status>=500 or took>250ms", "numbers; with units too"],
  ["not health", "lines without a word"],
  ["level>=error | count by (service) [1m]", "errors in each minute, by service"],
  ["* | top 10 path", "the most frequent values of a field"],
  ["* | parse json | where retries>3", "fields of a message that is JSON"],
  ["* | p95(duration_ms) by (service) [1m]", "a quantile of a field's numbers"],
];

export function QueryHelp() {
  const [, setWords] = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="button small">
        <CircleHelp size={14} aria-hidden /> How to ask
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="panel wide"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="How to ask for log lines"
        >
          <ul className="grid gap-0.5">
            {EXAMPLES.map(([query, finds]) => (
              <li key={query}>
                <button
                  type="button"
                  className="choice example"
                  onClick={() => {
                    setWords({ q: query });
                    setOpen(false);
                  }}
                >
                  <code>{query}</code>
                  <span className="text-muted text-sm">{finds}</span>
                </button>
              </li>
            ))}
          </ul>
          <p className="mt-2 text-muted text-sm">
            Tab completes fields and values, Enter asks, Shift Enter begins a line.
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
