// Screens of getting in.

export { SignInScreen } from './sign_in';
