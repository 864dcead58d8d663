/** The camera package as one ZIP to carry to the camera, with a note of what goes where. */
import { buffer } from 'node:stream/consumers';
import type { CameraFiles } from '@apiary/camera-package';
import { ZipFile } from 'yazl';

export async function packageZip(made: CameraFiles, configHost: string): Promise<Buffer> {
  const zip = new ZipFile();
  const add = (name: string, content: Uint8Array): void =>
    // Holds a private key: for its owner alone where it is unpacked.
    zip.addBuffer(Buffer.from(content), `${made.cameraId}/${name}`, { mode: 0o100600 });
  for (const [name, content] of made.files) add(name, content);
  add('README.txt', Buffer.from(readme(made, configHost)));
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>);
}

const readme = ({ cameraId, uploads }: CameraFiles, configHost: string): string =>
  [
    `Camera ${cameraId} will ask https://${configHost} for its configuration.`,
    '',
    'Keep a copy of the camera’s own /cali/master_ctrl.db (as /cali/master_ctrl.db.backup), then put by FTP as root:',
    ...uploads.map(({ file, cameraPath }) => `  ${file} -> ${cameraPath}`),
    '',
    'Compare checksums with checksums.txt (md5sum --check), then restart the camera.',
    '',
  ].join('\n');
