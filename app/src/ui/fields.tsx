// Form fields: label above, hint, and the error beside the field that it is about.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../shell/language';

/** Messages by the id of their field. */
export type Errors = { [id: string]: string };

interface FieldProps {
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

const describedBy = ({ id, hint, error }: FieldProps) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

function Notes({ id, hint, error }: FieldProps) {
  return (
    <>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span class="error" id={`${id}-error`}>
          <span class="unseen">{texts.value.errorPrefix}</span>
          {error}
        </span>
      )}
    </>
  );
}

interface InputProps extends FieldProps {
  value: string;
  onInput(value: string): void;
  type?: 'text' | 'search' | 'password';
  numeric?: boolean;
  suffix?: string | undefined;
  autoComplete?: string;
}

export function Input(props: InputProps) {
  const { id, label, error, value, onInput, type = 'text', numeric, suffix } = props;
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for={id}>
        {label}
      </label>
      <Notes {...props} />
      <span class="input">
        <input
          id={id}
          type={type as 'text'}
          value={value}
          class={numeric ? 'number' : undefined}
          inputMode={numeric ? 'numeric' : undefined}
          autoComplete={props.autoComplete ?? 'off'}
          aria-describedby={describedBy(props)}
          aria-invalid={error ? true : undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        {suffix && <span>{suffix}</span>}
      </span>
    </div>
  );
}

export function TextArea(props: FieldProps & { value: string; onInput(value: string): void }) {
  const { id, label, error, value, onInput } = props;
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for={id}>{label}</label>
      <Notes {...props} />
      <textarea
        id={id}
        rows={5}
        value={value}
        aria-describedby={describedBy(props)}
        aria-invalid={error ? true : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: string | undefined;
}

interface RadiosProps extends FieldProps {
  choices: Choice[];
  value: string;
  onChange(value: string): void;
  inline?: boolean;
  /** The legend is the heading of the screen and is not repeated. */
  hideLegend?: boolean;
}

export function Radios(props: RadiosProps) {
  const { id, label, choices, value, onChange, error, inline, hideLegend } = props;
  return (
    <fieldset id={id} tabIndex={-1} class={error ? 'field wrong' : 'field'} aria-describedby={describedBy(props)}>
      <legend class={hideLegend ? 'unseen' : undefined}>{label}</legend>
      <Notes {...props} />
      <div class={inline ? 'choices inline' : 'choices'}>
        {choices.map((choice) => (
          <label class="choice" key={choice.value}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span>
              {choice.label}
              {choice.hint && <span class="hint">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface CheckProps {
  id: string;
  label: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}

export const Check = ({ id, label, checked, disabled, onChange }: CheckProps) => (
  <label class="choice" for={id}>
    <input
      id={id}
      type="checkbox"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span>{label}</span>
  </label>
);

/** Everything that is wrong, in one place that takes the focus and leads to each field. */
export function ErrorSummary({ errors, round }: { errors: Errors; round: number }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (Object.keys(errors).length > 0) box.current?.focus();
  }, [round]);
  if (Object.keys(errors).length === 0) return null;
  const lead = (event: Event, id: string) => {
    event.preventDefault();
    const field = document.getElementById(id);
    field?.scrollIntoView({ block: 'center' });
    (field?.querySelector<HTMLElement>('input:not([type=hidden])') ?? field)?.focus();
  };
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box} aria-labelledby="summary-title">
      <h2 id="summary-title">{texts.value.errorsTitle}</h2>
      <ul>
        {Object.entries(errors).map(([id, message]) => (
          <li key={id}>
            <a href={`#${id}`} onClick={(event) => lead(event, id)}>
              {message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A whole number as people type it ("1.200"), or nothing. */
export function wholeNumber(text: string): number | undefined {
  const plain = text.trim().replace(/(?<=\d)[.\s](?=\d{3})/g, '');
  return /^\d{1,7}$/.test(plain) ? Number(plain) : undefined;
}
