// A line below the top bar while something is awaited that has no place on the page yet: the code of
// another page, or an answer in whose place an older one is still shown.
import { useIsFetching } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";

export function LoadingBar() {
  const loading = useRouterState({ select: ({ isLoading }) => isLoading });
  const asked = useIsFetching({ predicate: ({ state }) => state.status === "pending" });
  return <div className="loading-bar" data-busy={loading || asked > 0} aria-hidden />;
}
