// The way from an endless list to the screen: rows, "older", and what was left out.
import type { ReactNode } from "react";
import { Answer } from "./section";

interface PagedProps<Page> {
  what: string;
  query: {
    data: { pages: Page[] } | undefined;
    error: Error | null;
    refetch: () => unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  more?: string; // on the button
  children: (pages: Page[]) => ReactNode;
}

export function Paged<Page extends object>(props: PagedProps<Page>) {
  const { what, query, more = "Older", children } = props;
  const warning = query.data?.pages.map((page) => "warning" in page && page.warning).find(Boolean);
  return (
    <>
      {warning && <p className="note mb-2">{String(warning)}</p>}
      <Answer what={what} query={query} rows={6}>
        {({ pages }) => (
          <>
            {children(pages)}
            {query.hasNextPage && (
              <button
                type="button"
                className="button mt-2"
                disabled={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {query.isFetchingNextPage ? "Loading…" : more}
              </button>
            )}
          </>
        )}
      </Answer>
    </>
  );
}

// Beside a title: what is on the page is not all there is while older ones can be read.
export function pagedCount(count: number, { hasNextPage }: { hasNextPage: boolean }) {
  return hasNextPage ? `newest ${count}` : count || undefined;
}
