import type { QueryClient, QueryFilters } from "@tanstack/react-query";

// Reads anew what has changed on the server. A first answer that is still on its way counts for
// nothing, since it may have been written before the change; invalidateQueries() alone, which stops
// later readings, would wait for it and keep it.
export async function readAgain(cache: QueryClient, which: QueryFilters = {}): Promise<void> {
  await cache.cancelQueries(which);
  await cache.invalidateQueries(which);
}
