// What a row of the timeline says, with its moments and incidents as they are shown everywhere.
import { Link } from "@tanstack/react-router";
import type { TimelineEntry } from "../../api/types";
import { Clock, ZoneText } from "../../kit/time";
import { partsOf, type RowPart } from "./timeline_kinds";

function Part({ part, time }: { part: RowPart; time: string }) {
  if ("at" in part) return <Clock at={part.at} />;
  if ("word" in part) return <ZoneText text={part.word} at={time} />;
  return (
    <Link to="/incidents/$id" params={{ id: part.incident }} className="link">
      {part.incident}
    </Link>
  );
}

export function Sentence({ entry: { text, time } }: { entry: TimelineEntry }) {
  return partsOf(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts do not move
    <Part key={index} part={part} time={time} />
  ));
}
