import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { readAgain } from "./read_again";

test("a first answer on its way gives way to what is read after the change", async () => {
  const cache = new QueryClient();
  const answers: ((rows: string[]) => void)[] = [];
  const observer = new QueryObserver(cache, {
    queryKey: ["rows"],
    queryFn: () => new Promise<string[]>((resolve) => answers.push(resolve)),
  });
  const leave = observer.subscribe(() => {});

  const read = readAgain(cache, { queryKey: ["rows"] });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(["after"]);
  answers[0]?.(["before"]);
  await read;

  expect(observer.getCurrentResult().data).toEqual(["after"]);
  leave();
});
