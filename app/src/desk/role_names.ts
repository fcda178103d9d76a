import type { RoleName } from './roles';
import { deskTexts } from './texts';

export const roleName = (role: string): string => deskTexts.value.people.roles[role as RoleName] ?? role;
