// Open needs on a map, and the same as a table: whoever cannot see or tap the map misses nothing.

import { useEffect, useState } from 'preact/hooks';
import { numberText, sortedBy } from '../shell/format';
import { communesOf, unitName } from '../shell/model';
import { needTitle } from '../shell/names';
import { go } from '../shell/router';
import { Page, Tag } from '../ui/page';
import { needPoints, type NeedPoint } from './map_points';
import { around, MAP_WIDTH, projectionOf, type Point, type Projection } from './projection';
import { deskTexts } from './texts';
import { loadUnitPlaces, neighboursOf, placeOf, type UnitPlace } from './unit_places';

const RADIUS = 30;
const RADIUS_MAX = 54;
const LETTER_WIDTH = 19;
const GAP = 12;
const LINE_HEIGHT = 40;
/** From the middle of a line to its foot. */
const LETTER_DROP = 12;

const linkOf = (point: NeedPoint, byPlace: boolean): string =>
  byPlace && point.key !== point.unit ? `needs?place=${point.key}` : `needs?unit=${point.unit}`;

const radiusOf = (point: NeedPoint): number => Math.min(RADIUS_MAX, RADIUS + 4 * point.needs.length);
const shortName = (name: string): string => name.replace(/^(Xã|Phường|Thị trấn|Đặc khu) /, '');

function frame(units: string[], points: NeedPoint[]): Projection | undefined {
  const corners = units.flatMap((unit) => {
    const place = placeOf(unit);
    return place ? [{ lat: place[3], lon: place[2] }, { lat: place[5], lon: place[4] }] : [];
  });
  const box = around([...corners, ...points.flatMap(({ at }) => (at ? [at] : []))]);
  return box && projectionOf(box);
}

/** The extent of a commune; many of them together give the shape of the province. */
function Extent({ place, projection, own }: { place: UnitPlace; projection: Projection; own: boolean }) {
  const [lat, lon, west, south, east, north] = place;
  const [a, b, middle] = [projection.place(north, west), projection.place(south, east), projection.place(lat, lon)];
  return (
    <>
      {own && <rect class="extent" x={a.x} y={a.y} width={b.x - a.x} height={b.y - a.y} rx={30} />}
      <circle class="middle" cx={middle.x} cy={middle.y} r={6} />
    </>
  );
}

function Bubble({ point, projection, to }: { point: NeedPoint; projection: Projection; to: string }) {
  if (!point.at) return null;
  const { x, y } = projection.place(point.at.lat, point.at.lon);
  return (
    <g class={point.urgent ? 'bubble urgent' : 'bubble'} onClick={() => go(to)}>
      <circle cx={x} cy={y} r={radiusOf(point)} />
      <text x={x} y={y + LETTER_DROP}>
        {numberText(point.needs.length)}
      </text>
    </g>
  );
}

interface Label extends Point {
  name: string;
  half: number;
}

/** Names stand below what they name, else beside it, as long as they cover nothing; the table has them all. */
function labels(points: NeedPoint[], units: string[], projection: Projection): Label[] {
  const taken: { x: number; y: number; half: number; high: number }[] = [];
  const wanted: { at: Point; name: string; radius: number }[] = [];
  for (const point of points) {
    if (!point.at) continue;
    const at = projection.place(point.at.lat, point.at.lon);
    const radius = radiusOf(point);
    wanted.push({ at, name: shortName(point.name), radius });
    taken.push({ x: at.x, y: at.y, half: radius, high: radius });
  }
  for (const unit of units) {
    const place = placeOf(unit);
    if (place) wanted.push({ at: projection.place(place[0], place[1]), name: shortName(unitName(unit)), radius: 8 });
  }
  const free = ({ x, y, half }: Label) =>
    x - half > 0 &&
    x + half < MAP_WIDTH &&
    y < projection.height - LINE_HEIGHT / 2 &&
    taken.every((one) => Math.abs(one.y - y) > one.high + LINE_HEIGHT / 2 || Math.abs(one.x - x) > one.half + half);
  return wanted.flatMap(({ at, name, radius }) => {
    const half = (name.length * LETTER_WIDTH) / 2;
    const places = [
      { x: at.x, y: at.y + radius + LINE_HEIGHT / 2 },
      { x: at.x + radius + half + GAP, y: at.y },
      { x: at.x - radius - half - GAP, y: at.y },
      { x: at.x, y: at.y - radius - LINE_HEIGHT / 2 },
    ];
    const label = places.map((place): Label => ({ ...place, name, half })).find(free);
    if (!label) return [];
    taken.push({ ...label, high: LINE_HEIGHT / 2 });
    return [label];
  });
}

function Drawing({ units, points, byPlace }: { units: string[]; points: NeedPoint[]; byPlace: boolean }) {
  const t = deskTexts.value.map;
  const projection = frame(units, points);
  if (!projection) return <p>{t.noPlaces}</p>;
  const own = new Set(units);
  const communes = neighboursOf(units[0]!);
  const named = byPlace ? communes.map(([unit]) => unit) : [];
  return (
    <figure class="map">
      <svg viewBox={`0 0 ${MAP_WIDTH} ${projection.height}`} role="img" aria-label={t.drawn(numberText(points.length))}>
        {communes.map(([unit, place]) => (
          <Extent key={unit} {...{ place, projection }} own={own.has(unit)} />
        ))}
        {points.map((point) => (
          <Bubble key={point.key} {...{ point, projection }} to={linkOf(point, byPlace)} />
        ))}
        {labels(points, named, projection).map(({ x, y, name }) => (
          <text key={name} x={x} y={y + LETTER_DROP}>
            {name}
          </text>
        ))}
      </svg>
      <figcaption class="hint">{t.legend}</figcaption>
    </figure>
  );
}

export function MapScreen() {
  const t = deskTexts.value.map;
  const [loaded, setLoaded] = useState(false);
  useEffect(() => void loadUnitPlaces().finally(() => setLoaded(true)), []);
  const units = communesOf();
  const byPlace = units.length === 1;
  const points = sortedBy(needPoints(units, t.elsewhere), ({ name }) => name).sort((a, b) => b.needs.length - a.needs.length);
  return (
    <Page title={t.title} caption={byPlace ? unitName(units[0]!) : undefined} back="needs" wide>
      {points.length === 0 && <p>{t.none}</p>}
      {loaded && units.length > 0 && <Drawing units={units} points={points} byPlace={byPlace} />}
      {points.length > 0 && (
        <table>
          <caption>{t.table}</caption>
          <thead>
            <tr>
              <th scope="col">{byPlace ? t.place : t.commune}</th>
              <th scope="col">{t.count}</th>
              <th scope="col">{t.what}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.key}>
                <th scope="row">
                  <a href={`#/${linkOf(point, byPlace)}`}>{point.name}</a>
                </th>
                <td>
                  {numberText(point.needs.length)}
                  {point.urgent && <Tag kind="warn">{t.urgent}</Tag>}
                </td>
                <td>{[...new Set(point.needs.map(needTitle))].join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}
