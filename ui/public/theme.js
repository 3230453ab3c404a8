// Runs before the first paint, as a file because inline script is barred.
(() => {
  const root = document.documentElement;
  let settings = {};
  try {
    settings = JSON.parse(localStorage.getItem("vedette.settings")) ?? {};
  } catch {
    // Storage is off or broken: the defaults serve.
  }
  const dark =
    settings.theme === "dark" ||
    (settings.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = settings.density === "compact" ? "compact" : "comfortable";
})();
