import { texts } from '../shell/language';
import { Page } from '../ui/page';

/** In place of a record that this phone does not have. */
export const Missing = () => (
  <Page title={texts.value.notFoundTitle}>
    <p>{texts.value.notFound}</p>
    <p>
      <a href="#/">{texts.value.home}</a>
    </p>
  </Page>
);
