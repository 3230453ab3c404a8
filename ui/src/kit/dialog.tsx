import "./nonce";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode, RefObject } from "react";
import { useFocusBack } from "./focus";

interface DialogProps {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
  focus?: RefObject<HTMLElement | null>; // gets the focus first; default: the first field, or "Close"
}

const FIELD = "form :is(input, textarea, select)";

// Open as long as it is rendered; focus goes in and comes back.
export function Dialog({
  title,
  description,
  onClose,
  children,
  wide = false,
  focus,
}: DialogProps) {
  useFocusBack(); // Radix gives it back to a trigger only
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          className="dialog"
          data-wide={wide}
          onOpenAutoFocus={(event) => {
            const content = event.currentTarget as HTMLElement;
            const first = focus?.current ?? content.querySelector<HTMLElement>(FIELD);
            if (!first) return;
            event.preventDefault();
            first.focus();
          }}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="flex items-start gap-4">
            <Radix.Title className="min-w-0 flex-1 break-words text-lg font-semibold">
              {title}
            </Radix.Title>
            <Radix.Close className="icon-button" aria-label="Close">
              <X size={18} aria-hidden />
            </Radix.Close>
          </div>
          {description && (
            <Radix.Description className="break-words text-muted">{description}</Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
