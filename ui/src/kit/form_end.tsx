// The end of a form in a dialog: out, or on.
import type { ReactNode } from "react";

interface FormEndProps {
  onCancel: () => void;
  disabled: boolean;
  children: ReactNode; // what the form does
}

export function FormEnd({ onCancel, disabled, children }: FormEndProps) {
  return (
    <div className="form-end">
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="button primary" disabled={disabled}>
        {children}
      </button>
    </div>
  );
}
