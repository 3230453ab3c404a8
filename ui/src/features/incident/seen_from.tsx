// Of which time a diagnosis or an impact tells, and how long ago it was made.
import { Ago, Clock } from "../../kit/time";

interface SeenFromProps {
  of: { onset: string | null; to: string | null; made_at: string | null };
  what: string; // "Found", "Measured"
}

export function SeenFrom({ of: { onset, to, made_at }, what }: SeenFromProps) {
  return (
    <span className="text-muted">
      {what}
      {onset && (
        <>
          {" "}
          from <Clock at={onset} />
        </>
      )}
      {to && (
        <>
          {" "}
          to <Clock at={to} />
        </>
      )}
      {made_at && (
        <>
          , <Ago at={made_at} />
        </>
      )}
    </span>
  );
}
