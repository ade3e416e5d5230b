import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { ToggleButton as AriaToggle } from 'react-aria-components/ToggleButton';
import type { ToggleButtonProps as AriaToggleProps } from 'react-aria-components/ToggleButton';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';

/** How much a button weighs: the one main action, an ordinary one, a quiet one, one that ends or removes. */
export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger';

/** `md` office screens, `lg` console, `kiosk` a television seen from four metres. */
export type ButtonSize = 'md' | 'lg' | 'kiosk';

const TONES: Record<ButtonTone, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-strong',
  plain: 'bg-surface text-ink border-edge/60 hover:bg-sunken hover:border-edge',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-bad-solid text-on-bad border-transparent hover:brightness-90',
};

const SIZES: Record<ButtonSize, string> = {
  md: 'min-h-target px-4 text-[0.9375rem] rounded-lg gap-2',
  lg: 'min-h-[max(52px,var(--target))] px-5 text-base rounded-xl gap-2.5',
  kiosk: 'min-h-[max(72px,var(--target))] px-8 text-2xl rounded-2xl gap-4',
};

const BASE =
  'inline-flex items-center justify-center border font-semibold leading-tight text-center select-none transition-colors ' +
  'disabled:opacity-45 disabled:cursor-not-allowed data-[pressed]:translate-y-px';

/** Properties of `Button`, over those of react-aria's. */
export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style' | 'isPending'> {
  /** it works: keeps the focus, takes no press */
  isPending?: boolean;
  tone?: ButtonTone;
  size?: ButtonSize;
  icon?: IconName;
  className?: string;
  children: ReactNode;
}

/** The library's own pending state leaves an empty picture in its announcer, which checkers call a fault. */
function resting(isPending: boolean, onPress: AriaButtonProps['onPress']): AriaButtonProps {
  return isPending ? { 'aria-disabled': true, type: 'button' } : { onPress };
}

/** A button with words. */
export function Button(props: ButtonProps): ReactNode {
  const { tone = 'plain', size = 'md', icon, className, children, isPending = false, onPress, ...rest } = props;
  return (
    <AriaButton
      {...rest}
      {...resting(isPending, onPress)}
      className={cx(BASE, TONES[tone], SIZES[size], isPending && 'opacity-80', className)}
    >
      {isPending ? <Turning /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </AriaButton>
  );
}

/** A turning mark, read aloud as part of the button's name. */
function Turning(): ReactNode {
  const say = useWords(commonWords);
  return (
    <>
      <Icon name="refresh" className="turning" />
      <span className="sr-only">{say('working')}: </span>
    </>
  );
}

/** Properties of `IconButton`. */
export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> {
  icon: IconName;
  /** what it does; read aloud, and shown on hover and focus */
  label: string;
  /** where the shown name stands: below (default), above, or below and flush with the end of the line */
  tip?: 'bottom' | 'top' | 'start' | 'none';
}

/** A square button with a drawing; its name is always there. */
export function IconButton({
  icon,
  label,
  tone = 'quiet',
  size = 'md',
  tip = 'bottom',
  className,
  isPending = false,
  onPress,
  ...rest
}: IconButtonProps): ReactNode {
  const tipProps = tip === 'none' ? {} : { 'data-tip': label, 'data-tip-at': tip };
  return (
    <AriaButton
      {...rest}
      {...resting(isPending, onPress)}
      {...tipProps}
      aria-label={label}
      className={cx(BASE, TONES[tone], SIZES[size], 'aspect-square shrink-0 px-0!', className)}
    >
      {isPending ? <Turning /> : <Icon name={icon} size={size === 'kiosk' ? '1.5em' : '1.35em'} />}
    </AriaButton>
  );
}

/** Properties of `ToggleButton`. */
export interface ToggleButtonProps extends Omit<AriaToggleProps, 'children' | 'className' | 'style'> {
  size?: ButtonSize;
  icon?: IconName;
  className?: string;
  children?: ReactNode;
  /** name when there are no words inside */
  label?: string;
}

/** A switch in the form of a button: what is on is filled and marked as pressed. */
export function ToggleButton({ size = 'md', icon, label, className, children, ...rest }: ToggleButtonProps): ReactNode {
  const bare = children === undefined || children === null;
  const tip = bare && label ? { 'data-tip': label } : {};
  return (
    <AriaToggle
      {...rest}
      {...tip}
      aria-label={label ?? rest['aria-label']}
      className={cx(
        BASE,
        'bg-surface text-ink border-edge/60 hover:bg-sunken',
        'data-[selected]:bg-accent data-[selected]:text-on-accent data-[selected]:border-transparent',
        SIZES[size],
        bare && 'aspect-square shrink-0 px-0!',
        className,
      )}
    >
      {icon && <Icon name={icon} size={bare ? '1.35em' : undefined} />}
      {!bare && <span>{children}</span>}
    </AriaToggle>
  );
}
