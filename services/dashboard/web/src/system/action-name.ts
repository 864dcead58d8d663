/** An action of the audit log in words; one the page does not know, by its own name. */
import { t } from './words.ts';

const names: Readonly<Record<string, string>> = t.audit.actions;

export const actionName = (action: string): string => names[action] ?? action.replaceAll('_', ' ');

/** For a choice, by their names. */
export const knownActions = Object.entries(names)
  .map(([value, label]) => ({ value, label }))
  .toSorted((a, b) => a.label.localeCompare(b.label));
