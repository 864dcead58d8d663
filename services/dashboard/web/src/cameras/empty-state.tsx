/** What to do when there is no camera yet. */
import { t } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import { LinkButton } from '../ui/button.tsx';
import { CameraIcon, PlusIcon } from '../ui/icons.tsx';

export function EmptyState() {
  const mayAdd = mayDo(useAppState(), 'cameras.add');
  return (
    <div className="empty">
      <div className="empty-art">
        <CameraIcon />
      </div>
      <h3>{t.empty.title}</h3>
      <p>{t.empty.lead}</p>
      <div className="empty-ways">
        <section>
          <h4>{t.empty.real}</h4>
          <ol>
            {t.empty.realSteps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {mayAdd && (
            <LinkButton to="/add" icon={<PlusIcon />}>
              {t.nav.screens.add}
            </LinkButton>
          )}
        </section>
        <section>
          <h4>{t.empty.demo}</h4>
          <p>{t.empty.demoText}</p>
          <pre>
            <code>{t.empty.demoCommand}</code>
          </pre>
        </section>
      </div>
    </div>
  );
}
