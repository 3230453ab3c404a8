// Buttons and forms that take a permission. Who has it not sees them held still, and reads why.
import type { ComponentProps, ReactNode } from "react";
import { type Permission, usePermission } from "../api/permission";
import { showToast } from "./toast";

interface ActButtonProps extends ComponentProps<"button"> {
  needs?: Permission;
}

// Not `disabled` without the permission: what cannot be focused or pressed cannot say why.
export function ActButton({ needs = "respond", ...own }: ActButtonProps) {
  const { may, why } = usePermission(needs);
  if (may) return <button type="button" {...own} />;
  return (
    <button
      {...own}
      type="button"
      aria-disabled
      title={own.title ? `${own.title}\n${why}` : why}
      onClick={() => showToast({ tone: "news", text: why })}
    />
  );
}

// Nothing, for who may.
export function WhyNot({ needs = "respond" }: { needs?: Permission }) {
  const { may, why } = usePermission(needs);
  return may ? null : <p className="note why-not">{why}</p>;
}

interface PermittedProps {
  needs?: Permission;
  told?: boolean; // the reason is to be read elsewhere on the page
  children: ReactNode;
}

// Around a form, or a few: its fields rest, and the reason stands above them.
export function Permitted({ needs = "respond", told = false, children }: PermittedProps) {
  const { may, why } = usePermission(needs);
  return (
    <>
      {!told && <WhyNot needs={needs} />}
      <fieldset className="contents" disabled={!may} title={why || undefined}>
        {children}
      </fieldset>
    </>
  );
}
