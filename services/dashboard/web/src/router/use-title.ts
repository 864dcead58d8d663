/** The title of the document: what is shown, then the product. The innermost caller that is mounted last wins. */
import { useEffect } from 'react';
import { t } from '../messages.ts';

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === '' ? t.product : `${title} · ${t.product}`;
  }, [title]);
}
