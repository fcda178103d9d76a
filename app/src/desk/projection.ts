// From degrees to the map's own units: an equirectangular projection, true at the middle of what is shown.

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface Point {
  x: number;
  y: number;
}

export const MAP_WIDTH = 1000;
const MARGIN = 0.06;
const TALLEST = 1.3;
const FLATTEST = 0.6;
/** So that one school is not drawn as large as the sky: about 3 km. */
const SMALLEST_DEGREES = 0.03;

export function around(points: { lat: number; lon: number }[]): Box | undefined {
  if (points.length === 0) return undefined;
  const [lats, lons] = [points.map(({ lat }) => lat), points.map(({ lon }) => lon)];
  return { west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) };
}

export interface Projection {
  height: number;
  place(lat: number, lon: number): Point;
}

/** Shows all of the box, widened where it would be too flat or too tall for a screen. */
export function projectionOf(box: Box): Projection {
  const middleLat = (box.south + box.north) / 2;
  const middleLon = (box.west + box.east) / 2;
  const shrink = Math.cos((middleLat * Math.PI) / 180);
  const margin = 1 + 2 * MARGIN;
  let width = Math.max((box.east - box.west) * shrink, SMALLEST_DEGREES) * margin;
  let height = Math.max(box.north - box.south, SMALLEST_DEGREES) * margin;
  height = Math.max(height, width * FLATTEST);
  width = Math.max(width, height / TALLEST);
  const scale = MAP_WIDTH / width;
  return {
    height: Math.round(height * scale),
    place: (lat, lon) => ({
      x: MAP_WIDTH / 2 + (lon - middleLon) * shrink * scale,
      y: (height * scale) / 2 - (lat - middleLat) * scale,
    }),
  };
}
