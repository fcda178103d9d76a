// One of many: where radios would fill the screen.

import type { Choice } from '../ui/fields';

interface SelectProps {
  id: string;
  label: string;
  value: string;
  choices: Choice[];
  onChange(value: string): void;
}

export const Select = ({ id, label, value, choices, onChange }: SelectProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    <span class="input">
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </span>
  </div>
);
