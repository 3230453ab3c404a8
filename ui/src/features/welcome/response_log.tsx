// What the server answered to checks and entries, newest first, as it came.
import { serverNow } from "../../kit/clock";
import { isWell, type Probed, probedWords } from "../../kit/probe";
import { Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Clock } from "../../kit/time";

export interface Answered extends Probed {
  id: number;
  time: string;
  path: string;
}

const ANSWERS_MAX = 50;

// Pure: one more answer, and no more than so many.
export function keepAnswer(
  have: Answered[],
  path: string,
  probed: Probed,
  time = new Date(serverNow()).toISOString(),
): Answered[] {
  const id = (have[0]?.id ?? 0) + 1;
  return [{ ...probed, id, path, time }, ...have].slice(0, ANSWERS_MAX);
}

interface ResponseLogProps {
  answers: Answered[];
  clear: () => void;
}

export function ResponseLog({ answers, clear }: ResponseLogProps) {
  return (
    <Section
      title="Response log"
      count={answers.length || undefined}
      aside={
        answers.length > 0 && (
          <button type="button" className="button small" onClick={clear}>
            Clear
          </button>
        )
      }
    >
      {answers.length === 0 ? (
        <Empty title="Nothing asked yet">
          <p>What a health check or a log entry is answered appears here.</p>
        </Empty>
      ) : (
        <ol className="rows response-log" aria-label="Responses, newest first">
          {answers.map((answer) => (
            <li key={answer.id} className="row top">
              <StateMark tone={isWell(answer) ? "normal" : "critical"} />
              <details className="min-w-0 flex-1">
                <summary>
                  <code className="break-all">{answer.path}</code>: {probedWords(answer)}
                </summary>
                <pre className="code">{answer.body}</pre>
              </details>
              <p className="row-times">
                <Clock at={answer.time} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
