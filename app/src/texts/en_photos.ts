import type { PhotoTexts } from './vi_photos';

export const enPhotos: PhotoTexts = {
  label: 'Photo',
  hint: 'The photo is made smaller and loses where it was taken. Do not show the faces of children unless their family agrees.',
  unreadable: 'This phone cannot read that picture. Choose another one.',
  notSaved: 'The photo could not be saved; the phone may be full. Try again.',
  working: 'Making the photo smaller…',
  chosen: (n: string) => `Chosen photo, number ${n}`,
  remove: (n: string) => `Remove photo number ${n}`,
  none: 'No photo',
  count: (n: string) => `${n} photos`,
  shown: (title: string) => `Photo: ${title}`,
  loading: 'Loading the photo…',
  notHere: 'The photo has not reached the server or could not be loaded. Look again later.',
  title: 'Photos not sent',
  waiting: (n: string) => `${n} photos are only on this phone. They are sent after what you recorded, when there is a signal.`,
  refused: (n: string) => `${n} photos were not taken by the server. They are still on this phone.`,
  exportHint: 'The exported file holds no photos.',
  signOutLoses: (n: string) => `${n} photos that were not sent will be lost.`,
};
