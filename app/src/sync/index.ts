export { SyncClient, type Enrolled } from './client';
export { approvalDigest, canonical, type Attended } from './canonical';
export { derivedId, newId } from './ids';
export { overlay, type Shown } from './overlay';
export { unsentCount } from './outbox';
export type { Outcome } from './run';
export type { Snapshot } from './store';
export type { Change, Edit, Entry, Fields, Identity, Role, State, Value, Verdict } from './types';
