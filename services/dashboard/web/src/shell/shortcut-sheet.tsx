/** The keys of the page and of the open screen. */
import { t } from '../messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useShortcutGroups } from '../ui/shortcuts.ts';

export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const groups = useShortcutGroups();
  return (
    <Dialog title={t.shortcuts.title} onClose={onClose} className="dialog-wide">
      <div className="shortcut-groups">
        {groups
          .filter((group) => group.shortcuts.length > 0)
          .map((group) => (
            <section key={group.name}>
              <h3>{group.name}</h3>
              <dl>
                {group.shortcuts.map(({ keys, text }) => (
                  <div key={keys}>
                    <dt>{text}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Dialog>
  );
}

function Keys({ keys }: { readonly keys: string }) {
  const [first, second] = keys.split(' ');
  return (
    <>
      <kbd>{first}</kbd>
      {second !== undefined && (
        <>
          {` ${t.shortcuts.then} `}
          <kbd>{second}</kbd>
        </>
      )}
    </>
  );
}
