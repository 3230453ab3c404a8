import { Link } from "@tanstack/react-router";
import { FileSearch } from "lucide-react";

// The way from a claim to what it rests on.
export function EvidenceChip({ id, about }: { id: string; about: string }) {
  return (
    <Link to="/e/$id" params={{ id }} className="evidence-chip" title="Evidence, as it was taken">
      <FileSearch size={13} aria-hidden />
      evidence<span className="sr-only"> of: {about}</span>
    </Link>
  );
}
