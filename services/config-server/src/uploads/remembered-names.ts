/**
 * What a camera said when it asked for an upload address, by upload id: a third source for missing PUT headers (contract
 * §4.5). In memory and bounded: an upload that comes after a restart still has its headers and its file name.
 */
import type { UploadNames } from './identity.ts';

export interface RememberedNames {
  remember(uploadId: string, names: UploadNames): void;
  recall(uploadId: string): UploadNames;
}

const limit = 5000;
const longestValue = 512;

export function rememberedNames(): RememberedNames {
  const byUploadId = new Map<string, UploadNames>();
  return {
    remember: (uploadId, names) => {
      const short = Object.fromEntries(
        Object.entries(names).filter(([, value]) => value !== undefined && value.length <= longestValue),
      ) as UploadNames;
      byUploadId.set(uploadId, short);
      const [oldest] = byUploadId.keys();
      if (byUploadId.size > limit && oldest !== undefined) byUploadId.delete(oldest);
    },
    recall: (uploadId) => byUploadId.get(uploadId) ?? {},
  };
}
