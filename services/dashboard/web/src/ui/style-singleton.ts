/**
 * Stands in for `react-style-singleton` (vite.config.ts): the scroll lock of Radix's modal parts goes through it. The
 * original adds a `<style>` element, which our policy forbids; a constructed style sheet is no inline style.
 */
import { useEffect } from 'react';

interface SheetProps {
  readonly styles: string;
  readonly dynamic?: boolean;
}

export function stylesheetSingleton() {
  let users = 0;
  let sheet: CSSStyleSheet | undefined;
  return {
    add(styles: string): void {
      users += 1;
      if (users > 1) return;
      sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      document.adoptedStyleSheets.push(sheet);
    },
    remove(): void {
      users -= 1;
      if (users > 0) return;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      sheet = undefined;
    },
  };
}

export function styleHookSingleton() {
  const sheet = stylesheetSingleton();
  return (styles: string, dynamic = false): void => {
    useEffect(() => {
      sheet.add(styles);
      return () => sheet.remove();
      // As in the original: styles of one mount stay as they were, unless they are said to change.
    }, [dynamic ? styles : undefined]);
  };
}

export function styleSingleton() {
  const useStyle = styleHookSingleton();
  return function Sheet({ styles, dynamic }: SheetProps) {
    useStyle(styles, dynamic);
    return null;
  };
}
