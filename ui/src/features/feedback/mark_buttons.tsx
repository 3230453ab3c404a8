// "Useful" or "noise", said of one thing where it is shown. Pressed again it is taken back. Nothing
// changes before the marks are applied on Detection.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type LucideIcon, ThumbsDown, ThumbsUp } from "lucide-react";
import { ActButton } from "../../kit/permitted";
import { showToast } from "../../kit/toast";
import { errorWords, useRequest } from "../../kit/use_request";
import { mark, marksQuery, type Target, type Verdict, withdraw } from "./queries";
import { standingMark } from "./standing";

const VERDICTS: { verdict: Verdict; word: string; Icon: LucideIcon }[] = [
  { verdict: "useful", word: "Useful", Icon: ThumbsUp },
  { verdict: "noise", word: "Noise", Icon: ThumbsDown },
];

interface MarkButtonsProps {
  of: Target;
  name: string; // of what is marked
  compact?: boolean; // signs without words
}

export function MarkButtons({ of, name, compact = false }: MarkButtonsProps) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const marks = useQuery(marksQuery());
  const { busy, run } = useRequest();
  const standing = standingMark(marks.data ?? [], of);
  const press = (verdict: Verdict, word: string) =>
    void run(async () => {
      try {
        if (standing?.verdict === verdict && standing.state === "waiting") {
          await withdraw(cache, standing.id);
          return;
        }
        const takenBack = standing?.verdict === verdict;
        await mark(cache, of, takenBack ? "none" : verdict);
        showToast({
          tone: "done",
          text: `${takenBack ? "Taken back" : `Marked as ${word.toLowerCase()}`}: it counts when it is applied`,
          lastsMs: 6000,
          action: {
            label: "What would change",
            run: () => void navigate({ to: "/detection" }),
          },
        });
      } catch (error) {
        showToast({ tone: "error", text: `Not marked: ${errorWords(error)}` });
      }
    });
  return (
    <fieldset className="marks" disabled={busy}>
      <legend className="sr-only">Was it worth telling: {name}</legend>
      {VERDICTS.map(({ verdict, word, Icon }) => (
        <ActButton
          key={verdict}
          className={compact ? "icon-button small" : "button small"}
          aria-pressed={standing?.verdict === verdict}
          aria-label={`${word}: ${name}`}
          title={word}
          onClick={() => press(verdict, word)}
        >
          <Icon size={compact ? 14 : 15} aria-hidden />
          {!compact && word}
        </ActButton>
      ))}
    </fieldset>
  );
}
