import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import type { usePlan } from './usePlan.ts';

/** Carries out what passed its dry run; before that it cannot be pressed. */
export function ApplyButton({ run, label }: { run: ReturnType<typeof usePlan>; label: string }): ReactNode {
  return (
    <Button
      tone="primary"
      icon="check"
      isDisabled={!run.shown?.ok}
      isPending={run.busy === 'apply'}
      onPress={run.apply}
    >
      {label}
    </Button>
  );
}
