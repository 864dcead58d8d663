/**
 * For dialogs that are mounted when they open: Radix gives the focus back to its own trigger alone, of which they have
 * none. Goes to `onCloseAutoFocus`.
 */
import { useState } from 'react';

export function useFocusBack(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    else document.getElementById('content')?.focus({ preventScroll: true });
  };
}
