// My badge: shown to the team leader, who scans it to note that I am there.

import { renderSVG } from 'uqr';
import { find, identity, text } from '../shell/model';
import { nameOf } from '../shell/names';
import { Page } from '../ui/page';
import { badgeCode } from './badge_code';
import { paperTexts } from './paper_texts';

export function BadgeScreen() {
  const t = paperTexts.value.badge;
  const me = find(identity.value?.person);
  const svg = renderSVG(badgeCode(identity.value!.person), { ecc: 'M', border: 4 });
  return (
    <Page title={text(me, 'full_name') || t.title} caption={t.title} back="certificates">
      {nameOf(me?.fields['home_organisation']) && <p>{nameOf(me?.fields['home_organisation'])}</p>}
      <figure class="qr">
        <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={t.alt} />
        <figcaption>{t.hint}</figcaption>
      </figure>
    </Page>
  );
}
