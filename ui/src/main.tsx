import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { isWorthRetrying } from "./api/queries";
import { paintSettings, watchSettings } from "./kit/settings";
import { showToast } from "./kit/toast";
import { router } from "./router";

// The server was upgraded under an open page: the chunks of this version are gone.
addEventListener("vite:preloadError", () => {
  showToast({
    tone: "news",
    text: "A part of this page could not be loaded. There may be a new version.",
    lastsMs: 3_600_000,
    action: { label: "Reload", run: () => location.reload() },
  });
});

paintSettings();
watchSettings();

const cache = new QueryClient({
  defaultOptions: {
    queries: { retry: isWorthRetrying, staleTime: 30_000, refetchOnWindowFocus: false },
  },
});
// Beside the page: what is shown first does not wait for what comes later.
void import("./live/live").then(({ Live }) => new Live(cache)).catch(() => {});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <QueryClientProvider client={cache}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
