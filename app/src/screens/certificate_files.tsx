// A certificate to print or to keep: the server makes both files, so this needs a network.

import { useState } from 'preact/hooks';
import { state } from '../shell/model';
import { paperTexts } from './paper_texts';

async function download(id: string, ending: string, name: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${state.value.identity?.token}` };
  const answer = await fetch(`/v1/certificates/${id}${ending}`, { headers, cache: 'no-store' }).catch(() => undefined);
  if (answer?.status !== 200) return false;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name + ending;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return true;
}

export function CertificateFiles({ id, name }: { id: string; name: string }) {
  const t = paperTexts.value.certificates;
  const [failed, setFailed] = useState(false);
  const take = async (ending: string) => setFailed(!(await download(id, ending, name)));
  return (
    <>
      {failed && (
        <p class="error" role="alert">
          {t.noFile}
        </p>
      )}
      <button type="button" class="plain" onClick={() => void take('.pdf')}>
        {t.paper}
      </button>
      <button type="button" class="plain" onClick={() => void take('.json')}>
        {t.file}
      </button>
    </>
  );
}
