/** Raw messages of the camera, secrets taken out by the server; the last of them as a file. */
import { useState } from 'react';
import { failureText } from '../api.ts';
import { usePages } from '../data/use-resource.ts';
import { longTime } from '../format.ts';
import type { Camera, CameraMessages } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { DownloadIcon, ListIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { Time } from '../ui/time.tsx';
import { toast } from '../ui/toast-store.ts';
import { messagesPath, saveSupportFile } from './support-file.ts';
import { t } from './words.ts';

export function SupportCard({ camera }: { readonly camera: Camera }) {
  const [shown, setShown] = useState(false);
  return (
    <Card
      title={t.support.title}
      lead={t.support.lead}
      actions={
        <>
          <DownloadButton camera={camera} />
          <Button small aria-expanded={shown} onClick={() => setShown(!shown)}>
            {shown ? t.support.hide : t.support.show}
          </Button>
        </>
      }
    >
      {shown && <Messages camera={camera} />}
    </Card>
  );
}

function DownloadButton({ camera }: { readonly camera: Camera }) {
  const [fetched, setFetched] = useState<number | null>(null);
  const download = async (): Promise<void> => {
    setFetched(0);
    try {
      await saveSupportFile(camera.id, setFetched);
      toast.good(t.support.downloaded);
    } catch (error) {
      toast.bad(failureText(error));
    }
    setFetched(null);
  };
  return (
    <>
      <Button small busy={fetched !== null} icon={<DownloadIcon />} onClick={() => void download()}>
        {t.support.download}
      </Button>
      <span className="hint" role="status">
        {fetched !== null && fetched > 0 && t.support.downloading(fetched)}
      </span>
    </>
  );
}

const pageSize = 50;

function Messages({ camera }: { readonly camera: Camera }) {
  const pages = usePages<CameraMessages>(['camera-messages', camera.id], (cursor) =>
    messagesPath(camera.id, pageSize, cursor),
  );
  return (
    <Resource of={pages}>
      {(data) => {
        const messages = data.pages.flatMap((page) => page.messages);
        if (messages.length === 0)
          return <Nothing icon={<ListIcon />} title={t.support.none} hint={t.support.noneHint} />;
        return (
          <>
            <ul className="raw-messages" aria-label={t.support.list}>
              {messages.map((message) => (
                <li key={message.id}>
                  <details>
                    <summary>
                      <span className="raw-type">{message.type}</span>
                      <span title={longTime(message.receivedAt)}>
                        <Time at={message.receivedAt} as="short" />
                      </span>
                    </summary>
                    <pre tabIndex={0} aria-label={message.type}>
                      {JSON.stringify(message.payload, null, 2)}
                    </pre>
                  </details>
                </li>
              ))}
            </ul>
            {pages.hasNextPage && (
              <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {t.support.older}
              </Button>
            )}
          </>
        );
      }}
    </Resource>
  );
}
