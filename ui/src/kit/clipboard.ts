import { showToast } from "./toast";

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ tone: "done", text: `${what} copied` });
  } catch {
    // Not a secure context, or refused: the text is shown to be copied by hand.
    showToast({ tone: "error", text: `Copy by hand: ${text}` });
  }
}
