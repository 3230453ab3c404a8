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
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev` shows the server of `./run`, or of `npm run mock`.
    proxy: Object.fromEntries(
      ["/api", "/openapi.json"].map((path) => [
        path,
        process.env.VEDETTE_URL ?? "http://127.0.0.1:8000",
      ]),
    ),
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
