// What is around every page: rail, top bar, messages, dialogs, keys.
import { useQuery } from "@tanstack/react-query";
import { CatchBoundary, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { CircleHelp, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { keyNeeded } from "../api/client";
import { sessionQuery } from "../api/permission";
import { statusQuery } from "../api/queries";
import { undoLast } from "../api/undo";
import { copyText } from "../kit/clipboard";
import { changeSettings, useSettings } from "../kit/settings";
import { useStore } from "../kit/store";
import { closeLastToast, Toasts } from "../kit/toast";
import { togglePause } from "../live/connection";
import { Announcer } from "./announcer";
import { holdKeys, listenForKeys, moveRow, useAction } from "./keys";
import { LiveButton } from "./live_button";
import { LoadingBar } from "./loading_bar";
import { Rail } from "./rail";
import { SCREENS, type Screen } from "./screens";
import { absoluteLink, keptRange, useTimeRange } from "./use_time_range";

const BarLeft = lazy(() => import("./bar_left"));
const BarMenus = lazy(() => import("./bar_menus"));
const KeyGate = lazy(() => import("./key_gate"));
const DeclareDialog = lazy(() => import("./declare_dialog"));
const HelpDialog = lazy(() => import("./help_dialog"));
const Palette = lazy(() => import("./palette"));

type Layer = "palette" | "help" | "declare" | null;

export function Frame() {
  const [layer, setLayerState] = useState<Layer>(null);
  const setLayer = (next: Layer) => {
    holdKeys(next !== null);
    setLayerState(next);
  };
  useEffect(listenForKeys, []);
  useFrameActions(setLayer);
  useFocusOnNavigation();
  useQuery(statusQuery()); // every page goes by the server's clock
  useQuery(sessionQuery()); // and holds still what one may not do
  const close = () => setLayer(null);
  return (
    <div className="frame">
      <a href="#main" className="skip-link">
        Skip to the page
      </a>
      <Rail openPalette={() => setLayer("palette")} />
      {SCREENS.map((screen) => (
        <GoKey key={screen.id} screen={screen} />
      ))}
      <TopBar open={setLayer} />
      <LoadingBar />
      <main id="main" className="page" tabIndex={-1}>
        <Suspense fallback={null}>{useStore(keyNeeded) ? <KeyGate /> : <Outlet />}</Suspense>
      </main>
      <Toasts />
      <Announcer />
      <CatchBoundary
        getResetKey={() => layer ?? ""}
        errorComponent={() => <WhenShown run={close} />}
      >
        <Suspense fallback={null}>
          {layer === "palette" && <Palette onClose={close} />}
          {layer === "help" && <HelpDialog onClose={close} />}
          {layer === "declare" && <DeclareDialog onClose={close} />}
        </Suspense>
      </CatchBoundary>
    </div>
  );
}

// In place of a dialog whose code did not come: main.tsx says so, the page goes on.
function WhenShown({ run }: { run: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(run, []);
  return null;
}

function useFrameActions(open: (layer: Layer) => void): void {
  const { range, chosen, always } = useTimeRange();
  useAction("palette", () => open("palette"));
  useAction("help", () => open("help"));
  useAction("declare", () => open("declare"));
  useAction("undo", undoLast);
  useAction("pause", togglePause);
  useAction("permalink", () => {
    void copyText(absoluteLink(always ? range : chosen), "Link");
  });
  useAction("escape", () => void closeLastToast());
  useAction("next", () => moveRow(1));
  useAction("previous", () => moveRow(-1));
}

// After a change of page the focus is on the page, as it would be with pages of old.
function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onResolved", ({ pathChanged, fromLocation }) => {
        const main = document.getElementById("main");
        if (pathChanged && fromLocation) main?.focus({ preventScroll: true });
      }),
    [router],
  );
}

// "g" and the screen's key.
function GoKey({ screen: { id, path } }: { screen: Screen }) {
  const navigate = useNavigate();
  useAction(`go-${id}`, () => void navigate({ to: path, search: keptRange() }));
  return null;
}

function TopBar({ open }: { open: (layer: Layer) => void }) {
  const { zone } = useSettings();
  return (
    <header className="topbar">
      <span className="topbar-brand">Vedette</span>
      <button type="button" className="bar-button search" onClick={() => open("palette")}>
        <Search size={15} aria-hidden />
        <span className="bar-words">Search and actions</span>
        <kbd className="bar-words" aria-hidden>
          Ctrl K
        </kbd>
      </button>
      <Suspense fallback={null}>
        <BarLeft />
      </Suspense>
      <span className="flex-1" />
      <LiveButton />
      <button
        type="button"
        className="bar-button zone"
        title="All times on this page; press to change"
        aria-label={`Times in ${zone === "utc" ? "UTC" : "local time"}: change`}
        onClick={() => changeSettings({ zone: zone === "utc" ? "local" : "utc" })}
      >
        {zone === "utc" ? "UTC" : "Local"}
      </button>
      <Suspense fallback={<span className="bar-button bar-hold" />}>
        <BarMenus />
      </Suspense>
      <button
        type="button"
        className="icon-button help"
        aria-label="Keys and help"
        title="Keys and help ( ? )"
        onClick={() => open("help")}
      >
        <CircleHelp size={18} aria-hidden />
      </button>
    </header>
  );
}
