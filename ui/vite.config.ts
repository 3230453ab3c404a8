import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2022",
    // Only data: URIs that the content security policy allows would be left inline; none are.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What the entry needs is one chunk, and what pages share are few: each chunk is a
            // request and a line in the table of all of them, and small ones compress badly.
            { name: "base", tags: ["$initial"], priority: 3 },
            {
              name: "icons",
              test: /lucide-react.*[\\/]icons[\\/]/,
              minShareCount: 2,
              priority: 2,
            },
            {
              name: "kit",
              test: /src[\\/](?:kit|frame|api)[\\/]/,
              minShareCount: 4,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev` shows the server of `./run`, or of `npm run mock`.
    proxy: Object.fromEntries(
      ["/api", "/openapi.json"].map((path) => [
        path,
        // With the page's own host: the server refuses what comes from another site's page.
        { target: process.env.VEDETTE_URL ?? "http://127.0.0.1:8000", changeOrigin: false },
      ]),
    ),
  },
  // Nothing tested here keeps state in a module: one loading of the modules serves all files.
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    pool: "threads",
    isolate: false,
  },
});
