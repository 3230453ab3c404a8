// Who is hurt, in short sentences; the first is the weightiest. Pure.
import { formatNumber, formatPeriod, plural } from "../../kit/format";
import type { Impact } from "./why_queries";

const percent = (part: number) => `${formatNumber(Math.round(part * 1000) / 10)} %`;

// What burnt a little of a budget did not burn nothing.
export const burntWords = (part: number) =>
  part > 0 && part < 0.0005 ? "less than 0.1 %" : percent(part);

export function harmWords({ status, requests, users, error_budget, entities }: Impact): string[] {
  if (status === "pending") return ["Being measured"];
  const words: string[] = [];
  if (users && users.hurt >= 0.5) words.push(`${formatNumber(Math.round(users.hurt))} users hurt`);
  if (requests && requests.hurt >= 0.5) {
    const share = requests.total > 0 ? ` (${percent(requests.hurt / requests.total)} of all)` : "";
    const many = plural(Math.round(requests.hurt), "more request");
    words.push(`${many} failed than usual at ${requests.entity}${share}`);
  }
  if (error_budget) {
    words.push(
      `${burntWords(error_budget.burnt)} of the error budget of ${formatPeriod(error_budget.period)}`,
    );
  }
  const affected = entities.filter(({ role }) => role !== "origin").length;
  if (affected > 0) {
    const origin = affected < entities.length;
    words.push(
      origin
        ? `${plural(affected, "more service")} beside the origin`
        : `${plural(affected, "service")} affected`,
    );
  }
  return words.length > 0 ? words : ["Nobody is hurt, as far as is measured"];
}
