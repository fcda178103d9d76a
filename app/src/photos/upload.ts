// One upload by tus; the only part that loads tus-js-client.

import { DetailedError, Upload } from 'tus-js-client';
import { TYPE, type Photo } from './store';

export type Uploaded = { kind: 'sent' } | { kind: 'refused'; code: string } | { kind: 'later' };

/** Refusals that sending again would not change. */
const FINAL = new Set([413, 415, 422]);

function refusalOf(fault: Error): Uploaded {
  const answer = fault instanceof DetailedError ? fault.originalResponse : undefined;
  if (!answer || !FINAL.has(answer.getStatus())) return { kind: 'later' };
  try {
    return { kind: 'refused', code: String(JSON.parse(answer.getBody()).code) };
  } catch {
    return { kind: 'refused', code: 'internal' };
  }
}

/** `onUrl` is told where the upload goes on, before any byte is sent. What failed is tried again by the next sync. */
export function upload(photo: Photo, token: string, onUrl: (url: string) => Promise<void>): Promise<Uploaded> {
  return new Promise((done) => {
    let noted = Promise.resolve();
    // Not before the address is noted, or that would come after what the caller notes of the end.
    const end = (outcome: Uploaded) => void noted.catch(() => undefined).then(() => done(outcome));
    const sending = new Upload(new Blob([photo.bytes], { type: TYPE }), {
      endpoint: `${location.origin}/v1/files/`,
      ...(photo.url && { uploadUrl: photo.url }),
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filetype: TYPE, sha256: photo.digest },
      retryDelays: [1_000, 4_000],
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        if (sending.url) noted = onUrl(sending.url);
      },
      onSuccess: () => end({ kind: 'sent' }),
      onError: (fault) => end(refusalOf(fault)),
    });
    sending.start();
  });
}
