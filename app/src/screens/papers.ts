export { BadgeScreen } from './badge';
export { CertificateScreen, CertificatesScreen } from './certificates';
export { VerifyScreen } from './verify';
export { OpenNeedsScreen } from './open_needs';
