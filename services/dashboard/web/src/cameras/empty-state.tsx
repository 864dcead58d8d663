/** What to do when there is no camera yet. */
import { t } from '../messages.ts';
import { CameraIcon } from '../ui/icons.tsx';

export function EmptyState() {
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
