/** Short messages about something that just happened: `toast.good(…)`, `toast.bad(…)`. Shown by toasts.tsx. */
export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'note';
  readonly text: string;
  /** What a person can do about it, such as undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

let toasts: readonly Toast[] = [];
let given = 0;
const listeners = new Set<() => void>();
const maxShown = 4;

function change(next: readonly Toast[]): void {
  toasts = next.slice(-maxShown);
  for (const listener of listeners) listener();
}

const show = (tone: Toast['tone'], text: string, action?: Toast['action']): void => {
  given += 1;
  // The same words again are not two messages.
  const others = toasts.filter((one) => one.text !== text);
  change([...others, { id: given, tone, text, ...(action === undefined ? {} : { action }) }]);
};

export const toast = {
  good: (text: string, action?: Toast['action']) => show('good', text, action),
  bad: (text: string, action?: Toast['action']) => show('bad', text, action),
  note: (text: string, action?: Toast['action']) => show('note', text, action),
};

export const dismissToast = (id: number): void => change(toasts.filter((one) => one.id !== id));
export const getToasts = (): readonly Toast[] => toasts;
export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
