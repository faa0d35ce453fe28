type SelectProps<Value extends string> = {
  label: string;
  value: Value;
  /** What each value is called, in order. */
  options: Partial<Record<Value, string>>;
  onChange: (value: Value) => void;
};

/** A native list that looks like our buttons: of some hosts' styles for it, nothing comes through. */
export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  const values = Object.keys(options) as Value[];
  return (
    <span class="mh-select">
      <select
        class="mh-plain"
        aria-label={label}
        onChange={(event) => {
          const chosen = values[event.currentTarget.selectedIndex];
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {values.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {options[each]}
          </option>
        ))}
      </select>
    </span>
  );
}
