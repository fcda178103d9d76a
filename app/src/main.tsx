import './style/base.css';
import './style/forms.css';
import './style/content.css';
import { render } from 'preact';
import { App } from './shell/app';
import { watchDrafts } from './shell/drafts';
import { speakAsBefore } from './shell/language';
import { openModel, watchSignal } from './shell/model';
import { openReturned } from './shell/returned';
import { followAddress } from './shell/router';
import { installWorker } from './shell/update';

followAddress();
await Promise.all([openModel(), openReturned(), speakAsBefore()]);
render(<App />, document.getElementById('app')!);
watchDrafts();
watchSignal();
void installWorker();
