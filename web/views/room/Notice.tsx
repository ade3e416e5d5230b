import type { ReactNode } from 'react';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';

/** A whole screen with one message, readable across a room. */
export function Notice(props: {
  title: string;
  icon: IconName;
  role?: 'alertdialog';
  children?: ReactNode;
}): ReactNode {
  return (
    <main
      role={props.role}
      aria-label={props.role ? props.title : undefined}
      className="flex grow flex-col items-center justify-center gap-8 px-12 py-12 text-center"
    >
      <span className="grid size-28 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name={props.icon} size={60} />
      </span>
      <h1 className="max-w-6xl text-[clamp(2rem,4vw,4rem)] leading-snug font-bold">{props.title}</h1>
      {props.children}
    </main>
  );
}
