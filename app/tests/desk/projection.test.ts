import { expect, test } from 'vitest';
import { around, MAP_WIDTH, projectionOf } from '../../src/desk/projection';

const LAI_CHAU = { west: 102.3, south: 21.7, east: 103.98, north: 22.82 };

test('north is up, east is right, and everything lies inside the map', () => {
  const { height, place } = projectionOf(LAI_CHAU);
  const [southWest, northEast] = [place(21.7, 102.3), place(22.82, 103.98)];
  expect(northEast.x).toBeGreaterThan(southWest.x);
  expect(northEast.y).toBeLessThan(southWest.y);
  for (const { x, y } of [southWest, northEast]) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(MAP_WIDTH);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(height);
  }
});

test('a kilometre is as long to the east as to the north', () => {
  const { place } = projectionOf(LAI_CHAU);
  const [middle, north, east] = [place(22.26, 103.14), place(22.36, 103.14), place(22.26, 103.14 + 0.1 / Math.cos((22.26 * Math.PI) / 180))];
  expect(east.x - middle.x).toBeCloseTo(middle.y - north.y, 1);
});

test('one school alone is drawn in the middle, and nothing at all has no frame', () => {
  const { height, place } = projectionOf(around([{ lat: 22.6, lon: 102.5 }])!);
  expect(place(22.6, 102.5).x).toBeCloseTo(MAP_WIDTH / 2);
  expect(place(22.6, 102.5).y).toBeCloseTo(height / 2, 0);
  expect(around([])).toBeUndefined();
});
