/** What is done at a desk, with what to expect at each step. */
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { t } from './words.ts';

export function PrepareCard() {
  const [shown, setShown] = useState(true);
  return (
    <Card
      title={t.prepare.title}
      lead={t.prepare.lead}
      actions={
        <Button small aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? t.prepare.hide : t.prepare.show}
        </Button>
      }
    >
      {shown && (
        <ol className="prepare-steps">
          {t.prepare.steps.map((step) => (
            <li key={step.title}>
              <h3>{step.title}</h3>
              <p>{step.text}</p>
              {step.commands.map((command) => (
                <code key={command}>{command}</code>
              ))}
              <p className="hint">{t.add.expect(step.expect)}</p>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
