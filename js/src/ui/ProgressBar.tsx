type ProgressBarProps = {
  label: string;
  /** From 0 to 1; undefined where the end is unknown. */
  value: number | undefined;
  text: string;
};

export const ProgressBar = ({ label, value, text }: ProgressBarProps) => (
  <div
    class="mh-bar"
    role="progressbar"
    aria-label={label}
    aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}
    aria-valuetext={text}
  >
    <div class="mh-fill" style={value === undefined ? undefined : `transform:scaleX(${value})`} />
  </div>
);
