// Whether this browser can be woken by the server, and if not, why, in words. Pure.

export interface BrowserFacts {
  secure: boolean; // https, or this very machine
  worker: boolean; // service workers
  push: boolean;
  notifications: NotificationPermission | "missing";
  apple: boolean; // an iPhone or iPad
}

// Nothing when it can.
export function whyNot(facts: BrowserFacts): string | null {
  if (!facts.secure) {
    return "This page came by http. Browsers let only https pages (and http://localhost) wake them: open Vedette by https.";
  }
  if (!facts.worker || !facts.push || facts.notifications === "missing") {
    return facts.apple
      ? "On an iPhone or iPad only a page on the home screen can wake you: use Share, “Add to Home Screen”, and open Vedette from there."
      : "This browser has no Web Push, or it is off (as in private windows). Another browser may have it.";
  }
  if (facts.notifications === "denied") {
    return "Notifications of this site are blocked in the browser. Allow them in its settings of this site, then load this page again.";
  }
  return null;
}

export const browserFacts = (): BrowserFacts => ({
  secure: window.isSecureContext,
  worker: "serviceWorker" in navigator,
  push: "PushManager" in window,
  notifications: "Notification" in window ? Notification.permission : "missing",
  apple: /iPhone|iPad|iPod/.test(navigator.userAgent),
});

// "Chrome on Android", as a person would call this browser in a list.
export function browserName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrom(e|ium)\//.test(agent)
        ? "Chrome"
        : /Safari\//.test(agent)
          ? "Safari"
          : "A browser";
  const systems: [RegExp, string][] = [
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS/, "macOS"],
    [/Linux/, "Linux"],
  ];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  return system ? `${browser} on ${system}` : browser;
}

// The server's key as subscribe() takes it.
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
