// Radix puts one <style> into the page while a dialog is open, and the content security policy wants
// it signed. Imported for its effect by what uses Radix, so that the entry goes without.
import { setNonce } from "get-nonce";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) setNonce(nonce);
