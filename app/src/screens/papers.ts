export { CertificateScreen, CertificatesScreen } from './certificates';
export { VerifyScreen } from './verify';
