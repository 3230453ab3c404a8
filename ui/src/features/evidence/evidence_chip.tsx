import { Link } from "@tanstack/react-router";
import { FileSearch } from "lucide-react";

// The way from a claim to what it rests on; none where another system told of it.
export function EvidenceChip({ id, about }: { id: string; about: string }) {
  if (!id) return null;
  return (
    <Link to="/e/$id" params={{ id }} className="evidence-chip" title="Evidence, as it was taken">
      <FileSearch size={13} aria-hidden />
      evidence<span className="sr-only"> of: {about}</span>
    </Link>
  );
}
