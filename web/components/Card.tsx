import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** A group of things that belong together, with an optional heading and controls at its end. */
export function Card(props: {
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  bodyClassName?: string;
  children: ReactNode;
}): ReactNode {
  const { title, actions, className, bodyClassName, children } = props;
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={cx('rounded-2xl border border-line bg-surface shadow-card', className)}
    >
      {title && (
        <header className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-5 py-3">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {actions}
        </header>
      )}
      <div className={cx('p-5', bodyClassName)}>{children}</div>
    </section>
  );
}
