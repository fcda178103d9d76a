import type { ScanTexts } from './vi_scan';

export const enScan: ScanTexts = {
  camera: 'What the camera sees',
  asking: 'Opening the camera… If the phone asks, choose “Allow”.',
  denied: 'The camera cannot be opened. Choose a picture of the QR code, or type instead.',
  noReader: 'This phone has nothing yet to read QR codes. Open this again with a signal, or type instead.',
  picture: 'Choose a picture of the QR code',
  nothingInPicture: 'There is no QR code in the picture. Take it closer, with enough light and a steady hand.',
};
