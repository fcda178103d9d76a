// Screens that come after the first one.

export { ActivityScreen } from './activity';
export { StepsScreen } from './approval_steps';
export { CountScreen } from './count';
export { HandoutForm } from './handout_form';
export { NeedForm } from './need_form';
export { PlanForm } from './plan_form';
export { RecordActivityForm } from './record_activity';
export { ReturnedScreen } from './returned';
export { SyncScreen } from './sync';
