// Letters: who was told what, when, how, and whether it arrived; for one incident also why.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentsQuery } from "../../api/queries";
import type { IncidentSummary, LedgerPerson } from "../../api/types";
import { SelectField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { formatDuration, formatTook, plural } from "../../kit/format";
import { Paged, pagedCount } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { HeadRow } from "../../kit/table_box";
import { Clock, useZoneText, ZoneText } from "../../kit/time";
import { kindWord, LETTER_KINDS } from "./letter_kind";
import { LETTER_STATES, letterState } from "./letter_state";
import { type Attempt, type Letter, lettersQuery, whyQuery } from "./queries";

const INCIDENTS_MAX = 200;

export function LettersView() {
  const zoneText = useZoneText();
  const [{ incident = "", state, kind }] = useWords();
  const letters = useInfiniteQuery(lettersQuery(incident));
  const incidents = useQuery(
    incidentsQuery({ states: ["open", "acknowledged", "resolved"], limit: INCIDENTS_MAX }),
  );
  const titles = new Map(incidents.data?.incidents.map((one) => [one.id, one]));
  const all = letters.data?.pages.flatMap((page) => page.entries) ?? [];
  const shown = all.filter(
    (letter) => (!state || letter.state === state) && (!kind || letter.kind === kind),
  );
  return (
    <>
      {incident && <Why incident={incident} />}
      {incident && <People incident={incident} />}
      <Section title="Letters" count={pagedCount(shown.length, letters)}>
        <div className="toolbar mb-2">
          <SelectField
            label="Incident"
            word="incident"
            all="All incidents"
            options={[...titles.values()].map((one) => [
              one.id,
              zoneText(one.title, one.started_at),
            ])}
          />
          <SelectField
            label="State"
            word="state"
            all="Whatever became of them"
            options={LETTER_STATES.map(([name, { word }]) => [name, word])}
          />
          <SelectField
            label="Told"
            word="kind"
            all="Whatever it told"
            options={LETTER_KINDS.map((name) => [name, kindWord(name)])}
          />
        </div>
        <Paged what="The ledger" query={letters} more="Older letters">
          {() =>
            shown.length === 0 ? (
              <Empty title={all.length === 0 ? "Nobody was told anything" : "No letters fit"}>
                {all.length === 0 && (
                  <p>
                    Receivers are named in the configuration under <code>notify</code>.
                  </p>
                )}
              </Empty>
            ) : (
              <ul className="rows">
                {shown.map((letter) => (
                  <LetterRow
                    key={letter.id}
                    letter={letter}
                    incident={titles.get(letter.incident_id)}
                  />
                ))}
              </ul>
            )
          }
        </Paged>
      </Section>
    </>
  );
}

// Why somebody was told, or nobody: the server's own words.
function Why({ incident }: { incident: string }) {
  const { data } = useQuery(whyQuery(incident));
  if (!data?.answer?.length) return null;
  return (
    <Section title="In words">
      <ul className="grid gap-1">
        {data.answer.map((sentence) => (
          <li key={sentence} className="break-words">
            {sentence}
          </li>
        ))}
      </ul>
      {data.trail && data.trail.length > 0 && (
        <details className="row-more mt-2">
          <summary>{plural(data.trail.length, "step")}</summary>
          <ul className="grid gap-1">
            {data.trail.map(({ time, kind, text }) => (
              <li key={`${time} ${kind} ${text}`} className="text-sm">
                <Clock at={time} /> <span className="font-medium">{kind.replaceAll("_", " ")}</span>{" "}
                <ZoneText text={text} at={time} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

const PERSON_TONES: Partial<Record<LedgerPerson["reason"], Tone>> = {
  told: "normal",
  undelivered: "critical",
  unreachable: "critical",
};

// Why each of the plan was told, or was not.
function People({ incident }: { incident: string }) {
  const { data } = useQuery(whyQuery(incident));
  if (!data?.people?.length) return null;
  const people = data.people.toSorted((a, b) => Number(b.told) - Number(a.told));
  return (
    <Section title="Why you were, or were not" count={people.length}>
      <ul className="rows">
        {people.map(({ person, name, told, reason, text, at }) => (
          <li key={person} className="row top">
            <StateMark tone={PERSON_TONES[reason] ?? "info"} />
            <p className="min-w-0 flex-1 break-words">
              <span className="font-medium">{name ?? person}</span> {text}
            </p>
            <p className="row-times">
              <span className="font-semibold">{told ? "Told" : "Not told"}</span>
              {at && <Clock at={at} />}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface LetterRowProps {
  letter: Letter;
  incident?: IncidentSummary; // none: it is not among the latest
}

function LetterRow({ letter, incident }: LetterRowProps) {
  const { kind, receiver, channel, state, attempts, detail } = letter;
  const { word, tone } = letterState(state);
  const whom = [letter.person || receiver || "nobody", letter.to && `(${letter.to})`];
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">
          {whom.filter(Boolean).join(" ")}
          {channel && <span className="text-muted"> by {channel}</span>}
        </p>
        <p className="row-facts">
          <span>{kindWord(kind)}</span>
          <span>
            <About letter={letter} incident={incident} />
          </span>
          <span>{plural(attempts, "attempt")}</span>
          {detail && <span>{detail}</span>}
        </p>
        {letter.why && <p className="break-words text-muted text-sm">{letter.why}</p>}
        {letter.proof && letter.proof.length > 0 && <Proof attempts={letter.proof} />}
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{word}</span>
        <Clock at={letter.delivered_at ?? letter.time} />
        {letter.next_attempt_at && (
          <span>
            again <Clock at={letter.next_attempt_at} />
          </span>
        )}
      </p>
    </li>
  );
}

// A silence is no incident, and may be over by now: it is one of a list.
function About({ letter: { incident_id: id, kind }, incident }: LetterRowProps) {
  if (kind === "silence_expiring") {
    return (
      <Link to="/routing" search={{ view: "silences" }} className="link">
        silences
      </Link>
    );
  }
  if (!id) return "of no incident";
  return (
    <Link to="/incidents/$id" params={{ id }} className="link">
      {incident ? <ZoneText text={incident.title} at={incident.started_at} /> : id}
    </Link>
  );
}

// Each row holds the hash of the one before: none can be taken out or changed unseen.
function Proof({ attempts }: { attempts: Attempt[] }) {
  return (
    <details className="row-more">
      <summary>{plural(attempts.length, "entry", "entries")} of the record</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="scroll-box" role="region" aria-label="The record" tabIndex={0}>
        <table>
          <HeadRow
            names={["Time", "Event", "Outcome", "Status", "Took", "Late by", "Detail", "Hash"]}
          />
          <tbody>
            {attempts.map((one) => (
              <tr key={one.seq}>
                <td>
                  <Clock at={one.time} />
                </td>
                <td>
                  {one.event}
                  {one.attempt > 0 && ` ${one.attempt}`}
                </td>
                <td>{one.outcome}</td>
                <td>{one.status || ""}</td>
                <td>{one.latency_ms > 0 ? formatTook(one.latency_ms) : ""}</td>
                <td>{one.delayed_seconds > 0 ? formatDuration(one.delayed_seconds * 1000) : ""}</td>
                <td>{one.detail}</td>
                <td>
                  <code title={one.hash}>{one.hash.slice(0, 12)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
