/** The head of a screen: where it is, its one h1 (also the title of the document), what can be done. */
import type { ReactNode } from 'react';
import { Link } from '../router/link.tsx';
import { useTitle } from '../router/use-title.ts';
import { ChevronLeftIcon } from './icons.tsx';

interface PageHeaderProps {
  readonly title: string;
  /** The screen above, as a link before the title. */
  readonly back?: { readonly to: string; readonly label: string };
  /** A sentence, or badges, below the title. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, back, lead, actions }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className="page-header">
      <div className="page-title">
        {back !== undefined && (
          <Link className="page-back" to={back.to}>
            <ChevronLeftIcon />
            {back.label}
          </Link>
        )}
        <h1>{title}</h1>
        {lead !== undefined && <div className="page-lead">{lead}</div>}
      </div>
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
  );
}
