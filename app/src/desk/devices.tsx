// Devices with when each was last here: those that are silent for long come first, and one that was lost is taken away.

import { useEffect, useState } from 'preact/hooks';
import { instantText, numberText } from '../shell/format';
import { texts } from '../shell/language';
import { personName } from '../shell/names';
import { say } from '../shell/toast';
import { useOnce } from '../screens/once';
import { ErrorSummary, Radios, type Errors } from '../ui/fields';
import { Page, Tag } from '../ui/page';
import type { Refusal } from './ask';
import { devices, revokeDevice, type Device, type DeviceList } from './members';
import { deskTexts } from './texts';

const DAY_MS = 24 * 3600_000;
/** A phone in the field may be without a signal for days; a week is worth a call. */
export const SILENT_DAYS = 7;

export const isSilent = ({ last_seen, revoked, until, own }: Device): boolean =>
  !revoked && !own && until === null && Date.now() - last_seen > SILENT_DAYS * DAY_MS;

/** Nothing while the server is asked. */
export function useDevices(): [list: DeviceList | Refusal | undefined, load: () => void] {
  const [list, setList] = useState<DeviceList | Refusal>();
  const load = () => void devices().then(setList);
  useEffect(load, []);
  return [list, load];
}

function Revoke({ device, onDone, onCancel }: { device: Device; onDone(): void; onCancel(): void }) {
  const t = deskTexts.value.devices;
  const [how, setHow] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const refuse = (found: Errors) => {
    setErrors(found);
    setRound((before) => before + 1);
  };
  const submit = useOnce(async () => {
    const id = `how-${device.device}`;
    if (!how) return refuse({ [id]: t.howMissing });
    const refusal = await revokeDevice(device.device, how === 'stolen');
    if (refusal) return refuse({ [id]: t.refusals[refusal] });
    say(t.revokedNow);
    onDone();
  });
  return (
    <form class="inset" onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      <Radios
        id={`how-${device.device}`}
        label={t.how(device.name)}
        value={how}
        choices={[
          { value: 'kept', label: t.unused, hint: t.unusedHint },
          { value: 'stolen', label: t.stolen, hint: t.stolenHint },
        ]}
        onChange={setHow}
        error={errors[`how-${device.device}`]}
      />
      <button type="submit" class="danger">
        {t.revokeConfirm}
      </button>
      <button type="button" class="plain" onClick={onCancel}>
        {texts.value.cancel}
      </button>
    </form>
  );
}

function DeviceCard({ device, named, onDone }: { device: Device; named: boolean; onDone(): void }) {
  const t = deskTexts.value.devices;
  const [asked, setAsked] = useState(false);
  const days = Math.floor((Date.now() - device.last_seen) / DAY_MS);
  return (
    <li>
      <strong>{device.name}</strong>
      {named && <span>{personName(device.person)}</span>}
      <span>{device.platform}</span>
      <span>{t.lastSeen(instantText(device.last_seen))}</span>
      <span>
        {device.revoked && <Tag>{t.revoked}</Tag>}
        {device.own && <Tag>{t.own}</Tag>}
        {isSilent(device) && <Tag kind="warn">{t.silent(numberText(days))}</Tag>}
      </span>
      {asked ? (
        <Revoke device={device} onDone={() => (setAsked(false), onDone())} onCancel={() => setAsked(false)} />
      ) : (
        !device.revoked &&
        !device.own && (
          <button type="button" class="plain" onClick={() => setAsked(true)}>
            {t.revoke}
            <span class="unseen">: {device.name}</span>
          </button>
        )
      )}
    </li>
  );
}

interface DevicesProps {
  list: DeviceList | Refusal | undefined;
  load(): void;
  /** Of one person alone. */
  person?: string;
}

export function Devices({ list, load, person }: DevicesProps) {
  const t = deskTexts.value.devices;
  if (list === undefined) return <p role="status">{texts.value.loading}</p>;
  if (typeof list === 'string') return <p>{t.refusals[list]}</p>;
  const items = list.items
    .filter((device) => !person || device.person === person)
    .sort((a, b) => Number(a.revoked) - Number(b.revoked) || a.last_seen - b.last_seen);
  return (
    <>
      {items.length === 0 && <p>{t.none}</p>}
      <ul class="cards">
        {items.map((device) => (
          <DeviceCard key={device.device} device={device} named={!person} onDone={load} />
        ))}
      </ul>
      <p class="hint">{t.asOf(instantText(list.at))}</p>
    </>
  );
}

export function DevicesScreen() {
  const t = deskTexts.value.devices;
  const [list, load] = useDevices();
  return (
    <Page title={t.title} back="people" wide>
      <p>{t.intro(numberText(SILENT_DAYS))}</p>
      <Devices list={list} load={load} />
    </Page>
  );
}
