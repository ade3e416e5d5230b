import { useId } from 'react';
import type { ReactNode, Ref } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField } from 'react-aria-components/TextField';
import type { TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';

const BOX =
  'w-full min-h-target rounded-lg border border-edge bg-surface px-3.5 py-2 text-base text-ink placeholder:text-muted ' +
  'data-[invalid]:border-bad data-[invalid]:border-2 disabled:opacity-60';
const LABEL = 'text-[0.9375rem] font-semibold text-ink';
const HINT = 'text-sm text-muted';

/** Properties of `TextField`, over those of react-aria's. */
export interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className' | 'style'> {
  label: string;
  hint?: string;
  /** what is wrong with the value; marks the field */
  error?: string | null;
  /** rows of a longer text; left out: one line */
  rows?: number;
  placeholder?: string;
  className?: string;
  inputClassName?: string;
  /** id of a `datalist` with suggestions */
  suggestions?: string;
  /** a control at the end of the field, inside its border */
  end?: ReactNode;
}

/** A labelled field for a line or some lines of text, or a password. */
export function TextField(props: TextFieldProps): ReactNode {
  const { label, hint, error, rows, placeholder, className, inputClassName, suggestions, end, ...rest } = props;
  return (
    <AriaTextField {...rest} isInvalid={Boolean(error)} className={cx('flex flex-col gap-1.5', className)}>
      <Label className={LABEL}>
        {label}
        {rest.isRequired && <span className="text-bad"> *</span>}
      </Label>
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className={cx(BOX, inputClassName)} />
      ) : (
        <div className="relative">
          <Input
            placeholder={placeholder}
            list={suggestions}
            className={cx(BOX, Boolean(end) && 'pr-13', inputClassName)}
          />
          {end && <div className="absolute inset-y-0 right-0.5 flex items-center">{end}</div>}
        </div>
      )}
      {hint && (
        <Text slot="description" className={HINT}>
          {hint}
        </Text>
      )}
      <FieldError className="flex items-start gap-1.5 text-sm font-medium text-bad">
        <Icon name="warning" className="mt-0.5" />
        <span>{error}</span>
      </FieldError>
    </AriaTextField>
  );
}

/** A choice of a `Select`. */
export interface Option {
  value: string;
  label: string;
}

/** Properties of `Select`. */
export interface SelectProps {
  label: string;
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  /** keeps the label for screen readers only */
  quiet?: boolean;
  isDisabled?: boolean;
  className?: string;
}

/** One choice of several, by the platform's own list: works with a keyboard, a remote control and a screen reader. */
export function Select(props: SelectProps): ReactNode {
  const id = useId();
  const { label, value, options, onChange, hint, error, quiet, isDisabled, className } = props;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className={quiet ? 'sr-only' : LABEL}>
        {label}
      </label>
      <div className="relative">
        <select
          id={id}
          value={value}
          disabled={isDisabled}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          data-invalid={error ? true : undefined}
          onChange={(e) => onChange(e.target.value)}
          className={cx(BOX, 'appearance-none pr-10')}
        >
          {options.map((o) => (
            <option key={o.value} value={o.value} className="bg-surface text-ink">
              {o.label}
            </option>
          ))}
        </select>
        <Icon
          name="chevronDown"
          className="pointer-events-none absolute top-1/2 right-3.5 -translate-y-1/2 text-muted"
        />
      </div>
      {hint && (
        <span id={`${id}-hint`} className={HINT}>
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}-error`} className="text-sm font-medium text-bad">
          {error}
        </span>
      )}
    </div>
  );
}

/** Properties of `SearchField`. */
export interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  className?: string;
  /** lets a shortcut put the focus here */
  inputRef?: Ref<HTMLInputElement>;
  /** the arrow down leads from here into the list */
  onDown?: () => void;
}

/** A field to search in a list; Escape empties it. */
export function SearchField(props: SearchFieldProps): ReactNode {
  const { label, value, onChange, placeholder, className, inputRef, onDown } = props;
  return (
    <div className={cx('relative', className)}>
      <Icon name="search" className="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-muted" />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(e) => onChange(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown' && onDown && !e.nativeEvent.isComposing) {
            e.preventDefault();
            return onDown();
          }
          if (e.key !== 'Escape' || !value || e.nativeEvent.isComposing) return;
          e.stopPropagation();
          onChange('');
        }}
        className={cx(BOX, 'pl-11')}
      />
    </div>
  );
}

/** Properties of `Checkbox`. */
export interface CheckboxProps {
  isSelected: boolean;
  /** some of a group, neither all nor none */
  isMixed?: boolean;
  isDisabled?: boolean;
  onChange: (selected: boolean) => void;
  children: ReactNode;
  className?: string;
}

/** A box to tick, with its words as part of the target. */
export function Checkbox(props: CheckboxProps): ReactNode {
  const { isSelected, isMixed = false, isDisabled, onChange, children, className } = props;
  return (
    <label className={cx('flex min-h-target items-center gap-3 rounded-lg px-2 hover:bg-sunken', className)}>
      <input
        type="checkbox"
        checked={isSelected}
        disabled={isDisabled}
        ref={(box) => {
          if (box) box.indeterminate = isMixed;
        }}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span className="min-w-0 grow">{children}</span>
    </label>
  );
}
