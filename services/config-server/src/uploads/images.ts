/** Pictures by their first bytes; names and headers are only claims. */
export interface ImageType {
  readonly extension: 'jpg' | 'png';
  readonly mediaType: 'image/jpeg' | 'image/png';
}

/** Undefined: neither JPEG nor PNG. */
export function imageType(head: Buffer): ImageType | undefined {
  if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff)
    return { extension: 'jpg', mediaType: 'image/jpeg' };
  if (head.subarray(0, 8).equals(pngSignature)) return { extension: 'png', mediaType: 'image/png' };
  return undefined;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** `PK` and a known record: a ZIP, an empty one included. */
export function isZip(head: Buffer): boolean {
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}
