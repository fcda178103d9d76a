// Screens of getting in.

export { LockScreen } from './lock';
export { SignInScreen } from './sign_in';
