import { LinkButton } from '../common/LinkButton';
import { Page } from '../common/Page';

export function NotFound() {
  return (
    <Page title="There is no such page">
      <p>Either the address is wrong, or this page is not for your group.</p>
      <LinkButton href="/">Go to the start</LinkButton>
    </Page>
  );
}
