/** The package to carry to the camera: its own files up, one ZIP down. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Field } from '../ui/field.tsx';
import { DownloadIcon } from '../ui/icons.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Table } from '../ui/table.tsx';
import { cameraIdOf, followCamera } from './camera-id.ts';
import { t } from './words.ts';

interface Values {
  readonly id: string;
  readonly database: FileList | null;
  readonly bundle: FileList | null;
  readonly factoryCa: FileList | null;
}
const fileNames = ['database', 'bundle', 'factoryCa'] as const;

/** As the package's README.txt says it (contract §2.7). */
const uploads = [
  { file: 'ca-bundle.trust.crt', place: '/etc/ssl/certs/ca-bundle.trust.crt' },
  { file: 'root-mqttCA.crt', place: '/root/certs/mqttCA.crt' },
  { file: 'mqtt.pem, mqtt.key', place: '/root/certs/' },
  { file: 'master_ctrl.db', place: '/cali/master_ctrl.db' },
] as const;

export function PackageWay({ cameraId }: { readonly cameraId: string | null }) {
  const [checksum, setChecksum] = useState<string | null>(null);
  const { register, handleSubmit, formState } = useForm<Values>({ defaultValues: { id: cameraId ?? '' } });
  const { errors } = formState;
  const make = useAction({
    run: async (values: Values) => {
      const id = cameraIdOf(values.id) ?? '';
      const form = new FormData();
      for (const name of fileNames) {
        const file = values[name]?.[0];
        if (file !== undefined) form.append(name, file);
      }
      const zip = await rest.postForm(`/api/add-camera/package/${id}`, form);
      saveFile(zip, `camera_${id}.zip`);
      return { id, checksum: await sha256(zip) };
    },
    tellFailure: false,
    onDone: (made) => {
      setChecksum(made.checksum);
      followCamera(made.id);
    },
  });
  const submit = handleSubmit((values) => make.run(values));
  const neededFile = { validate: (files: FileList | null) => (files?.length ?? 0) > 0 || t.pack.needed };
  return (
    <>
      <p className="hint">{t.pack.lead}</p>
      <form className="form add-form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={t.follow.id} hint={t.follow.idHint} error={errors.id?.message}>
          {(control) => (
            <input
              {...control}
              {...register('id', { validate: (id) => cameraIdOf(id) !== undefined || t.follow.idWrong })}
              className="mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <Field label={t.pack.database} error={errors.database?.message}>
          {(control) => <input {...control} {...register('database', neededFile)} type="file" />}
        </Field>
        <Field label={t.pack.bundle} error={errors.bundle?.message}>
          {(control) => <input {...control} {...register('bundle', neededFile)} type="file" />}
        </Field>
        <Field label={t.pack.factoryCa} hint={t.pack.factoryHint}>
          {(control) => <input {...control} {...register('factoryCa')} type="file" />}
        </Field>
        {make.failure !== null && <ErrorNote error={make.failure} />}
        <p className="hint">{t.pack.secret}</p>
        <Button type="submit" tone="primary" icon={<DownloadIcon />} busy={make.busy}>
          {t.pack.make}
        </Button>
      </form>
      <div role="status">
        {checksum !== null && (
          <div className="notice package-made">
            <p>{t.pack.made}</p>
            <p className="hint">
              {t.pack.checksum}: <code className="mono">{checksum}</code>
            </p>
          </div>
        )}
      </div>
      <h3>{t.pack.map}</h3>
      <Table
        label={t.pack.map}
        rows={uploads}
        rowKey={({ file }) => file}
        columns={[
          { name: t.pack.file, cell: ({ file }) => <span className="mono">{file}</span> },
          { name: t.pack.place, cell: ({ place }) => <span className="mono">{place}</span> },
        ]}
      />
    </>
  );
}

async function sha256(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
