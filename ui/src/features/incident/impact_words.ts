// Who is hurt, in short sentences; the first is the weightiest. Pure.
import { formatNumber, plural } from "../../kit/format";
import type { Impact } from "./why_queries";

const percent = (part: number) => `${formatNumber(Math.round(part * 1000) / 10)} %`;

export function harmWords({ status, requests, users, error_budget, entities }: Impact): string[] {
  if (status === "pending") return ["Being measured"];
  const words: string[] = [];
  if (users) words.push(`${formatNumber(Math.round(users.hurt))} users`);
  if (requests) {
    const share = requests.total > 0 ? ` (${percent(requests.hurt / requests.total)})` : "";
    words.push(`${formatNumber(Math.round(requests.hurt))} requests at ${requests.entity}${share}`);
  }
  if (error_budget) {
    words.push(`${percent(error_budget.burnt)} of the error budget of ${error_budget.period}`);
  }
  const affected = entities.filter(({ role }) => role !== "origin").length;
  if (affected > 0) words.push(`${plural(affected, "more service")} beside the origin`);
  return words.length > 0 ? words : ["Nobody, as far as is measured"];
}
