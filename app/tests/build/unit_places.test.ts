import { expect, test } from 'vitest';
import { placesByProvince } from '../../build/unit_places.ts';

const UNITS = 'code,name,name_en,full_name,type,parent_code\n12,Lai Châu,,Tỉnh Lai Châu,province,\n03442,Pa Ủ,,Xã Pa Ủ,commune,12\n00004,Ba Đình,,Phường Ba Đình,ward,01\n';
const FACTS = 'code,area_km2,population,lat,lon,min_lon,min_lat,max_lon,max_lat,flag\n03442,1,2,22.61,102.55,102.4,22.5,102.7,22.7,\n00004,1,2,21.03861,105.838,105.8266,21.0282,105.8504,21.0506,\n00008,1,2,,,,,,,\n';

test('each province gets the places of its communes, and a unit without a place is left out', () => {
  const provinces = placesByProvince(UNITS, FACTS);
  expect([...provinces.keys()].sort()).toEqual(['01', '12']);
  expect(provinces.get('12')).toEqual({ '2025:03442': [22.61, 102.55, 102.4, 22.5, 102.7, 22.7] });
  expect(provinces.get('01')!['2025:00004']![0]).toBe(21.0386);
});
