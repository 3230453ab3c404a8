// Browsers that people are woken by: those the server knows, and this one.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client, done } from "../../api/client";
import { readAgain } from "../../api/read_again";
import { Refused } from "../../kit/use_request";
import { keyBytes } from "./push_support";

const WORKER = "/sw.js";
const OWN_KEY = "vedette.push"; // the server's id of this browser's device

export const devicesQuery = () =>
  queryOptions({
    queryKey: ["push devices"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/push/devices", { signal }))).devices,
  });

// The id under which the server knows this browser; empty when it does not.
export function ownDevice(): string {
  try {
    return localStorage.getItem(OWN_KEY) ?? "";
  } catch {
    return "";
  }
}

function keepOwnDevice(id: string): void {
  try {
    if (id) localStorage.setItem(OWN_KEY, id);
    else localStorage.removeItem(OWN_KEY);
  } catch {
    // Without storage the list does not say which of them is this browser.
  }
}

interface ScriptPolicy {
  createScriptURL(address: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

// The policy of the page asks for a trusted address; this is the only one that is.
function workerAddress(): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return WORKER;
  return types
    .createPolicy("vedette-worker", { createScriptURL: () => WORKER })
    .createScriptURL("");
}

async function freshSubscription(): Promise<PushSubscription> {
  const { public_key } = await ask(client.GET("/api/v1/push/key"));
  await navigator.serviceWorker.register(workerAddress());
  const { pushManager } = await navigator.serviceWorker.ready;
  // One of another key, or of a server that forgot it, is of no use.
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(public_key),
  });
}

// Asks the person's leave, subscribes this browser and tells the server whom it wakes.
export async function subscribe(cache: QueryClient, person: string, label: string): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Refused("The browser was not allowed to show notifications, so nothing was set up.");
  }
  let subscription: PushSubscription;
  try {
    subscription = await freshSubscription();
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    throw new Refused(`The browser’s push service did not take the subscription: ${cause.message}`);
  }
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys;
  const before = ownDevice();
  const device = await ask(
    client.POST("/api/v1/push/devices", {
      body: { person, label, subscription: { endpoint, keys: { p256dh, auth } } },
    }),
  );
  keepOwnDevice(device.id);
  if (before && before !== device.id) await forget(before).catch(() => {}); // it may be gone long ago
  await readAgain(cache, { queryKey: devicesQuery().queryKey });
}

const forget = (id: string) =>
  done(client.DELETE("/api/v1/push/devices/{id}", { params: { path: { id } } }));

export async function removeDevice(cache: QueryClient, id: string): Promise<void> {
  await forget(id);
  if (id === ownDevice()) {
    keepOwnDevice("");
    const registration = await navigator.serviceWorker?.getRegistration("/");
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  }
  await readAgain(cache, { queryKey: devicesQuery().queryKey });
}
