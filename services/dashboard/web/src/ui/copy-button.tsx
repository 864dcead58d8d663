/** Copies a text, and says so. Without a clipboard (plain HTTP) the text beside it is there to be selected. */
import { useState } from 'react';
import { t } from '../messages.ts';
import { Button } from './button.tsx';
import { CheckIcon } from './icons.tsx';

interface CopyButtonProps {
  readonly text: string;
  readonly tone?: 'plain' | 'primary';
}

export function CopyButton({ text, tone = 'plain' }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Button tone={tone} {...(copied && { icon: <CheckIcon /> })} onClick={() => void copy()}>
      {copied ? t.kit.copied : t.kit.copy}
    </Button>
  );
}
