// Telling people: drafts from what is known, for each audience; and who was told by the machine.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, NotebookPen } from "lucide-react";
import { useState } from "react";
import { comment } from "../../api/actions";
import type { Incident } from "../../api/types";
import { copyText } from "../../kit/clipboard";
import { serverNow } from "../../kit/clock";
import { ActButton } from "../../kit/permitted";
import { Section } from "../../kit/section";
import { useSettings } from "../../kit/settings";
import { AUDIENCES, type Audience, draftFor } from "./draft";
import { Told } from "./told";
import { Updates } from "./updates";
import { diagnosisQuery, impactQuery } from "./why_queries";

export function TellTab({ incident }: { incident: Incident }) {
  return (
    <div className="columns wide-left">
      <Drafts incident={incident} />
      <div className="stack">
        <Updates incident={incident} />
        <Told id={incident.id} />
      </div>
    </div>
  );
}

function Drafts({ incident }: { incident: Incident }) {
  const { zone } = useSettings();
  const cache = useQueryClient();
  const [audience, setAudience] = useState<Audience>("chat");
  const address = `${location.origin}/incidents/${incident.id}`;
  const { data: diagnosis } = useQuery(diagnosisQuery(incident));
  const { data: impact } = useQuery(impactQuery(incident));
  const facts = { incident, diagnosis, impact, address, zone, now: serverNow() };
  const fresh = () => draftFor(audience, facts);
  // What was written over the draft, by audience.
  const [edited, setEdited] = useState<Partial<Record<Audience, string>>>({});
  const text = edited[audience] ?? fresh();
  const { label } = AUDIENCES.find(({ id }) => id === audience) ?? AUDIENCES[0];
  return (
    <Section title="Drafts">
      <div className="segments mb-3" role="group" aria-label="For whom">
        {AUDIENCES.map((one) => (
          <button
            key={one.id}
            type="button"
            className="segment"
            aria-pressed={one.id === audience}
            onClick={() => setAudience(one.id)}
          >
            {one.label}
          </button>
        ))}
      </div>
      <label className="field">
        {label}: drafted from what is known; change it as you like
        <textarea
          className="draft"
          rows={Math.min(20, text.split("\n").length + 1)}
          value={text}
          maxLength={10_000}
          onChange={(event) => setEdited({ ...edited, [audience]: event.target.value })}
        />
      </label>
      <div className="actions mt-3">
        <button
          type="button"
          className="button primary"
          onClick={() => void copyText(text, "Draft")}
        >
          <Copy size={15} aria-hidden /> Copy
        </button>
        <ActButton
          className="button"
          onClick={() =>
            comment(cache, incident.id, [{ text: `Told (${label}):\n${text}` }], () => {})
          }
        >
          <NotebookPen size={15} aria-hidden /> Note in the timeline
        </ActButton>
        {edited[audience] !== undefined && (
          <button
            type="button"
            className="button"
            onClick={() => setEdited({ ...edited, [audience]: undefined })}
          >
            Draft anew
          </button>
        )}
      </div>
      <p className="mt-2 text-muted text-sm">A draft goes nowhere by itself: copy it.</p>
    </Section>
  );
}
