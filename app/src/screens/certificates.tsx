// My hours and my certificates, with the QR that is checked without signal.

import { renderSVG } from 'uqr';
import { hoursText, isoDateText, numberText, spanText } from '../shell/format';
import { texts } from '../shell/language';
import { paperTexts } from './paper_texts';
import { all, find, identity, number, text, unitName } from '../shell/model';
import { Facts, Page, RowLink, Tag } from '../ui/page';
import { CertificateFiles } from './certificate_files';
import { Missing } from './missing';
import { participationRows, type Row } from './participations';
import { endOf, minutesText, startOf } from './today';

const statusName = (status: string): string =>
  (paperTexts.value.certificates.statuses as { [status: string]: string })[status] ?? status;

/** Hours by year, of the server where it has counted, else of this phone. */
function minutesByYear(rows: Row[]): [year: string, minutes: number][] {
  const years = new Map<string, number>();
  for (const { participation, attendance, minutes } of rows) {
    const first = attendance[0]?.from ?? 0;
    if (!first) continue;
    const year = new Date(first).getFullYear().toString();
    const counted = participation.fields['minutes'] !== undefined ? number(participation, 'minutes') : minutes;
    years.set(year, (years.get(year) ?? 0) + counted);
  }
  return [...years].sort().reverse();
}

export function CertificatesScreen() {
  const t = paperTexts.value.certificates;
  const mine = participationRows().filter(({ person }) => person === identity.value?.person);
  const certificates = [...all('certificate')].sort((a, b) => (text(a, 'issued_on') < text(b, 'issued_on') ? 1 : -1));
  const states: { [state: string]: string } = texts.value.states;
  return (
    <Page title={t.title}>
      <a class="button" href="#/badge">
        {t.badge}
      </a>
      <h2>{t.total}</h2>
      <Facts rows={minutesByYear(mine).map(([year, minutes]) => [t.year(year), minutesText(minutes)])} />
      <p class="hint">{t.hoursHint}</p>
      <h2>{t.mine}</h2>
      {certificates.length === 0 && <p>{t.none}</p>}
      <ul class="rows">
        {certificates.map((one) => (
          <RowLink key={one.id} to={`certificates/${one.id}`} title={factOf(one, 'activity_title') || text(one, 'number')}>
            <span>
              {t.number} {text(one, 'number')}
            </span>
            <Tag>{statusName(text(one, 'status'))}</Tag>
          </RowLink>
        ))}
      </ul>
      <h2>
        {t.taken} ({numberText(mine.length)})
      </h2>
      {mine.length === 0 && <p>{t.noneTaken}</p>}
      <ul class="lines">
        {mine.map(({ participation, activity, minutes }) => (
          <li key={participation.id}>
            <strong>{text(activity, 'title') || texts.value.unnamed}</strong>
            {activity && startOf(activity) > 0 && <span>{spanText(startOf(activity), endOf(activity))}</span>}
            <span>
              {minutesText(minutes)}{' '}
              <Tag>{states[text(participation, 'state')] ?? texts.value.sync.localOne}</Tag>
            </span>
          </li>
        ))}
      </ul>
    </Page>
  );
}

const factOf = (certificate: { fields: { [field: string]: unknown } }, name: string): string => {
  const facts = certificate.fields['facts'] as { [name: string]: unknown } | undefined;
  const value = facts?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export function CertificateScreen({ id }: { id: string }) {
  const t = paperTexts.value.certificates;
  const v = paperTexts.value.verify;
  const certificate = find(id);
  if (!certificate) return <Missing />;
  const qr = text(certificate, 'qr');
  const minutes = Number(factOf(certificate, 'minutes'));
  const dates = ['from', 'to'].map((name) => isoDateText(factOf(certificate, name)));
  const svg = qr ? renderSVG(qr, { ecc: 'Q', border: 4 }) : '';
  return (
    <Page title={factOf(certificate, 'activity_title')} caption={t.mine} back="certificates">
      {qr && (
        <figure class="qr">
          <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={t.qr} />
          <figcaption>{t.qr}</figcaption>
        </figure>
      )}
      {qr && <CertificateFiles id={certificate.id} name={text(certificate, 'number')} />}
      <Facts
        rows={[
          [texts.value.fields.status, <Tag>{statusName(text(certificate, 'status'))}</Tag>],
          [t.number, text(certificate, 'number')],
          [t.code, <code>{text(certificate, 'code')}</code>],
          [t.holder, text(certificate, 'holder')],
          [v.commune, unitName(certificate.unit)],
          [v.time, dates[0] === dates[1] ? dates[0] : dates.join(' – ')],
          [v.hours, hoursText(minutes)],
          [t.issued, isoDateText(text(certificate, 'issued_on'))],
        ]}
      />
    </Page>
  );
}
