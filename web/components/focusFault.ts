/**
 * Puts the focus on the first field of a form that is marked as wrong, once the marks are drawn; without one, brings
 * the first message of a fault into sight.
 */
export function focusFault(form: HTMLElement): void {
  requestAnimationFrame(() => {
    const field = form.querySelector('[aria-invalid="true"]');
    if (field instanceof HTMLElement) field.focus();
    else form.querySelector('[role="alert"]')?.scrollIntoView({ block: 'center' });
  });
}
