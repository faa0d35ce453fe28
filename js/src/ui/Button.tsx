import { Icon } from "./Icon";

type ButtonProps = {
  variant: "primary" | "plain" | "quiet" | "danger" | "tool" | "option";
  label: string;
  onClick: () => void;
  /** Keeps its place, its label and the focus, and does nothing. */
  busy?: boolean;
  /** Shown instead of the label, which stays its name. */
  icon?: string;
  pressed?: boolean;
  /** Whether what the button opens is open. */
  expanded?: boolean;
};

export const Button = ({ variant, label, onClick, busy, icon, pressed, expanded }: ButtonProps) => (
  <button
    type="button"
    class={`mh-${variant}`}
    // A tooltip for a label that was cut off; of an icon, also its name.
    title={label}
    aria-disabled={busy || undefined}
    aria-pressed={pressed}
    aria-expanded={expanded}
    onClick={() => {
      if (!busy) onClick();
    }}
  >
    {icon ? <Icon name={icon} /> : <span>{label}</span>}
  </button>
);
