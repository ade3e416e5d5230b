import type { ReactNode } from 'react';
import { Checkbox } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';

/** Boxes to tick, at least one of them. */
export function Choices<T extends string>(props: {
  label: string;
  values: readonly T[];
  chosen: readonly T[];
  nameOf: (value: T) => string;
  onChange: (chosen: T[]) => void;
  error: string | null;
}): ReactNode {
  const { label, values, chosen, nameOf, onChange, error } = props;
  return (
    <fieldset className="flex flex-col gap-1" data-invalid={error ? true : undefined}>
      <legend className="mb-1 text-[0.9375rem] font-semibold">{label}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {values.map((value) => (
          <Checkbox
            key={value}
            isSelected={chosen.includes(value)}
            onChange={(on) => onChange(on ? [...chosen, value] : chosen.filter((one) => one !== value))}
          >
            {nameOf(value)}
          </Checkbox>
        ))}
      </div>
      {error && (
        <p role="alert" className="flex items-start gap-1.5 text-sm font-medium text-bad">
          <Icon name="warning" className="mt-0.5" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
